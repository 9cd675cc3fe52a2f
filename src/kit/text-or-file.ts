import { readFileSync } from 'node:fs'

/** What an input says that is YAML or the path of a YAML file. One line without a colon-and-space is a path: a mapping can't look like that. */
export function textOrFile(input: string): { text: string } | { fault: string } {
  if (input.includes('\n') || input.includes(': ') || input.startsWith('{')) return { text: input }
  try {
    return { text: readFileSync(input, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') return { fault: `the file ${input} cannot be read (${code})` }
    return {
      fault: `there is no file ${input}: paths are relative to the workspace, so see that actions/checkout has run in this job`,
    }
  }
}
