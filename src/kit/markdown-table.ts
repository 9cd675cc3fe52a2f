/** A column's name; one of numbers is read from the right. */
export type Column = string | { readonly right: string }

/** A table of GitHub's Markdown. No text ends its cell; markup in it stays markup: `plain` takes it from what others wrote. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const names = columns.map((column) => cell(typeof column === 'string' ? column : column.right))
  return [
    `|${names.map((name) => (name ? ` ${name} ` : ' ')).join('|')}|`,
    `|${columns.map((column) => (typeof column === 'string' ? '---' : '--:')).join('|')}|`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n')
}

// Also within backquotes: GitHub looks for the cells before it looks for code.
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** Text of others as one line that can't become markup: no tag, no code, no link. */
export const plain = (text: string) =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[[\]\\]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('`', "'")
