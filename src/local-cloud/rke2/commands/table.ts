/** Rows in columns, as Go's tabwriter lays them out: `padding` blanks after the longest cell, at least `least` in all; the last column ends where it ends. */
export function table(rows: readonly (readonly string[])[], padding: number, least = 0): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(least, padding + Math.max(...rows.map((row) => row[at]?.length ?? 0))),
  )
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('')
  return rows.map((row) => `${line(row)}\n`).join('')
}
