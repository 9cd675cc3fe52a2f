import type { Script } from './node-runner.ts'
import { exportLines } from './quote.ts'
import prelude from './scripts/prelude.sh'

// Run Command counts the document with its parameters, at most 64 KB. The rest of the document is small.
const LONGEST_COMMAND = 60_000

/** The text that bash runs on the node: settings, then the prelude, then the body. */
export const scriptText = ({
  name,
  settings,
  body,
}: Pick<Script<unknown>, 'name' | 'settings' | 'body'>): string =>
  `${exportLines({ SCRIPT: name, ...settings })}${prelude}\n${body}`

/**
 * One line for the agent's shell (dash on Ubuntu). Base64 carries the text unharmed past the `{{ }}` of Run Command, past
 * quoting and line ends. It becomes bash's argument, not its input, so that no program of the script can eat the rest of it.
 * @throws Error when it is too long for Run Command: a fault of ours, as sizes depend on batches of 50 names at most.
 */
export function commandLine(script: Pick<Script<unknown>, 'name' | 'settings' | 'body'>): string {
  const line = `exec bash -c "$(printf %s ${Buffer.from(scriptText(script)).toString('base64')} | base64 -d)"`
  if (line.length > LONGEST_COMMAND)
    throw new Error(
      `script ${script.name} is ${line.length} bytes long, and Run Command takes ${LONGEST_COMMAND}`,
    )
  return line
}
