/** What a user can do nothing with: a stack, a slip of our own program, an error without words. */
const MEANINGLESS = [
  /^\s+at .+:\d+:\d+\)?$/m,
  /\b(Type|Reference|Syntax|Range)Error\b/,
  /\[object \w+\]/,
  /\bundefined\b/,
  /UnknownError/,
  /the local cloud failed/,
]

/** The causes that a failed step gives, as its annotations; undefined when there is none, or one is no help to the user. */
export function namedCause(lines: readonly string[]): string | undefined {
  const causes = lines.flatMap((line) => {
    const [, text] = /^::error[^:]*::(.+)$/.exec(line) ?? []
    return text === undefined ? [] : [text.replaceAll('%0A', '\n').replaceAll('%25', '%')]
  })
  const all = causes.join('\n')
  return all && !MEANINGLESS.some((pattern) => pattern.test(all)) ? all : undefined
}
