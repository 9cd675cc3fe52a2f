/**
 * Names by what stands before their number, with first and last of each range of numbers in turn: `{ "x-agent-": [1, 3, 7, 7] }` is
 * x-agent-1 to x-agent-3 and x-agent-7. A thousand names must fit into a command.
 */
export function rangesOfNames(names: readonly string[]): Record<string, number[]> {
  const ranges: Record<string, number[]> = {}
  for (const name of names) {
    const stem = name.replace(/\d+$/, '')
    const number = Number(name.slice(stem.length))
    const bounds = ranges[stem] ?? []
    ranges[stem] = bounds
    if (bounds.at(-1) === number - 1) bounds[bounds.length - 1] = number
    else bounds.push(number, number)
  }
  return ranges
}
