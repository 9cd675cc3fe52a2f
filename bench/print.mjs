import { arch, cpus, totalmem } from 'node:os'

/**
 * @typedef {{ name: string, unit: string, values: number[], target?: number }} Figure a target is a highest value that is still good
 */

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${arch()}, Node ${process.version}`

const summary = ({ name, unit, values, target }) => ({
  name,
  unit,
  target,
  runs: values.length,
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
})

const number = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1))

/**
 * Prints a table for people, or one JSON object.
 * @param {string} name
 * @param {Figure[]} figures
 * @returns {boolean} whether every target was met by the median
 */
export function print(name, figures, { json }) {
  const rows = figures.map(summary)
  const missed = rows.filter(({ target, median }) => target !== undefined && median > target)
  if (json) console.log(JSON.stringify({ name, machine: machine(), figures: rows }))
  else {
    console.log(`${name}, on ${machine()}\n`)
    console.log(
      `  ${'figure'.padEnd(44)} ${'median'.padStart(10)} ${'min'.padStart(10)} ${'max'.padStart(10)} ${'runs'.padStart(5)}  target`,
    )
    for (const row of rows)
      console.log(
        `  ${`${row.name} (${row.unit})`.padEnd(44)} ${number(row.median).padStart(10)} ${number(row.min).padStart(10)} ${number(row.max).padStart(10)} ${String(row.runs).padStart(5)}  ${row.target === undefined ? '' : `${row.median > row.target ? '✗' : '✓'} ≤ ${row.target}`}`,
      )
  }
  return missed.length === 0
}
