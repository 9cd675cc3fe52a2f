import { pick } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { runs } from './runs.ts'

/** The part of the composite action `diagnose` that asks the nodes. */
export const nodeLogs = defineAction({
  id: 'node-logs',
  name: 'Fetch logs and state of every node',
  description:
    'Asks every machine of a cluster what it has to say and writes it to files, secrets taken out.',
  icon: 'file-text',
  inputs: inputsOf(pick('cluster-name', 'aws-region')),
  outputs: {
    directory: 'Where the files are: <node>/node.log and <node>/machine.json.',
  },
  async run(given, kit): Promise<void> {
    await (await runs()).runNodeLogs(given, kit)
  },
})
