import { readFileSync } from 'node:fs'
import { type ClusterSpec, clusterSpec } from '../cluster/spec.ts'
import { UserError } from '../kit/errors.ts'

/**
 * The whole spec of an action's inputs and its config, which is YAML or the path of a YAML file.
 * @throws UserError with all faults at once, before anything is created
 */
export function readSpec(
  inputs: Readonly<Record<string, unknown>> & { config?: string | undefined },
): ClusterSpec {
  const read = clusterSpec(inputs, inputs.config === undefined ? undefined : configText(inputs.config))
  if ('spec' in read) return read.spec
  const lines = read.faults.map(({ input, message }) => `  ${input}: ${message}`)
  throw new UserError(`The settings are not right:\n${lines.join('\n')}`, {
    hint: 'Nothing was created. Mend the settings above and run again.',
  })
}

/** One line without a colon-and-space is a path: YAML settings can't look like that. */
function configText(config: string): string {
  if (config.includes('\n') || config.includes(': ') || config.startsWith('{')) return config
  try {
    return readFileSync(config, 'utf8')
  } catch (cause) {
    throw new UserError(`config: there is no file ${config}`, {
      hint: 'Paths are relative to the workspace: has actions/checkout run in this job?',
      cause,
    })
  }
}
