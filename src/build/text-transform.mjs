// A shell script is imported as text, in tests as in the bundle.
const asModule = (text) => ({ code: `export default ${JSON.stringify(text)}` })

export default { process: asModule, processAsync: async (text) => asModule(text) }
