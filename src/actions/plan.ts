import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inputs } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { defineAction } from '../kit/define-action.ts'
import { openContext } from '../phases/open-context.ts'
import { planCluster } from '../phases/plan/plan-cluster.ts'
import { headlineOf, planMarkdown } from '../report/plan-markdown.ts'
import { obstaclesOf } from '../report/plan-obstacles.ts'
import { costOutput, tellCost } from './cost-output.ts'
import { readSpec } from './read-spec.ts'

export const plan = defineAction({
  id: 'plan',
  name: 'Plan an RKE2 cluster',
  description: 'Says what a run would make in your AWS account, and what is there already. Creates nothing.',
  icon: 'map',
  inputs: inputsOf(inputs),
  outputs: {
    'plan-path':
      'The plan as JSON: every resource, the launches by zone, the expected time, the cost, quotas, and rights that are missing.',
    changes: 'How many resources a run would make: 0 when all of the cluster is there.',
    ...costOutput,
    obstacles:
      'What would stop a run, as a JSON list of sentences: rights that are missing, quotas that would be passed.',
  },
  async run(given, kit) {
    const log = kit.log.scoped('plan')
    const planned = await planCluster(openContext(readSpec(given), { ...kit, log }))
    const path = join(kit.tempDirectory, `plan-${planned.cluster}.json`)
    await writeFile(path, `${JSON.stringify(planned, null, 2)}\n`)
    kit.output('plan-path', path)
    kit.output('changes', String(planned.resources.filter(({ change }) => change === 'create').length))
    kit.output('obstacles', JSON.stringify(obstaclesOf(planned)))
    await kit.summary(planMarkdown(planned))
    for (const { kind, name, change, detail } of planned.resources)
      log.info(`${change.padEnd(6)} ${kind} ${name}: ${detail}`)
    tellCost(planned.cost, { ...kit, log })
    for (const obstacle of obstaclesOf(planned)) log.warning(obstacle)
    log.info(headlineOf(planned))
  },
})
