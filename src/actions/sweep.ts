import { pick } from '../cluster/inputs.ts'
import { flag } from '../cluster/values.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { runs } from './runs.ts'

export const sweep = defineAction({
  id: 'sweep',
  name: 'Sweep expired RKE2 clusters',
  description: 'Tears down every cluster of the region whose time (ttl) is over. For a schedule.',
  icon: 'wind',
  inputs: inputsOf({
    ...pick('aws-region', 'timeout'),
    'dry-run': flag.prefault('false').describe('Only say what would be taken away.'),
  }),
  outputs: {
    swept: 'Names of the clusters that were (or, in a dry run, would be) taken away, as a JSON list.',
    kept: 'Names of the clusters that stay, as a JSON list.',
    report:
      'Every cluster found, as a JSON list: name, fate (keep, mark, remove), why, removed, expires-at, run, repository, what it has cost (usd), and what it consisted of by kind.',
  },
  async run(given, kit): Promise<void> {
    await (await runs()).runSweep(given, kit)
  },
})
