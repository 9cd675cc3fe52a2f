import type { ActionDefinition } from '../kit/define-action.ts'
import { table } from '../kit/markdown-table.ts'
import { inputRows } from './action-yml.ts'

/** Markdown tables of an action's inputs and outputs. */
export function readmeTables(action: ActionDefinition): string {
  const inputs = inputRows(action.inputs).map((row) => {
    const choices = row.choices.length
      ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(', ')}.`
      : ''
    const fallback = row.required ? '**required**' : row.default === undefined ? '' : `\`${row.default}\``
    return [`\`${row.name}\``, row.description + choices, fallback]
  })
  const outputs = Object.entries(action.outputs).map(([name, description]) => [
    `\`${name}\``,
    String(description),
  ])
  return [
    '### Inputs',
    '',
    inputs.length ? table(['input', 'what it means', 'default'], inputs) : 'None.',
    '',
    '### Outputs',
    '',
    outputs.length ? table(['output', 'what it holds'], outputs) : 'None.',
  ].join('\n')
}

const startOf = (what: string) => `<!-- generated: ${what} -->`
const END = '<!-- /generated -->'

/**
 * Puts `tables` between the two marks of a README, leaving the words by hand alone.
 * @throws Error when the marks are missing, because then the README would silently grow stale.
 */
export function withTables(
  readme: string,
  tables: string,
  file: string,
  what = 'inputs and outputs',
): string {
  const mark = startOf(what)
  const start = readme.indexOf(mark)
  const end = readme.indexOf(END)
  if (start < 0 || end < start) throw new Error(`${file} needs the marks ${mark} and ${END}`)
  return `${readme.slice(0, start + mark.length)}\n\n${tables}\n\n${readme.slice(end)}`
}
