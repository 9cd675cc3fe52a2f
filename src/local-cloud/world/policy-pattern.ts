// Every call of a machine asks for the same few.
const compiled = new Map<string, RegExp>()

/** `*` stands for any text, `?` for any one character. */
export function matches(pattern: string, text: string): boolean {
  const expression = compiled.get(pattern) ?? compile(pattern)
  return expression.test(text)
}

function compile(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${source}$`, 's')
  compiled.set(pattern, expression)
  return expression
}
