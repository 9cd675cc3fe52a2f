import { type ClusterSpec, clusterSpec } from '../cluster/spec.ts'
import { UserError } from '../kit/errors.ts'
import { textOrFile } from '../kit/text-or-file.ts'

/**
 * The whole spec of an action's inputs and its config, which is YAML or the path of a YAML file.
 * @throws UserError with all faults at once, before anything is created
 */
export function readSpec({
  config,
  ...inputs
}: Readonly<Record<string, unknown>> & { config?: string | undefined }): ClusterSpec {
  const file = config === undefined ? { text: undefined } : textOrFile(config)
  const read =
    'fault' in file ? { faults: [{ input: 'config', message: file.fault }] } : clusterSpec(inputs, file.text)
  if ('spec' in read) return read.spec
  const lines = read.faults.map(({ input, message }) => `  ${input}: ${message}`)
  throw new UserError(`The settings are not right:\n${lines.join('\n')}`, {
    hint: 'Nothing was created. Mend the settings above and run again.',
  })
}
