/** One word for any POSIX shell that expands to exactly `text`, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Lines that export settings to the shell. @throws Error on a name that is no variable name: a fault of ours. */
export function exportLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`${name} is not the name of a setting`)
      return `export ${name}=${quote(value)}\n`
    })
    .join('')
}
