import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { plan } from '../actions/plan.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { openContext } from '../phases/open-context.ts'
import { planCluster } from '../phases/plan/plan-cluster.ts'
import { headlineOf, planMarkdown } from '../report/plan-markdown.ts'
import { obstaclesOf } from '../report/plan-obstacles.ts'
import { tellCost } from './cost-estimate.ts'
import { readSpec } from './read-spec.ts'

export async function runPlan(given: InputsOf<typeof plan>, kit: KitOf<typeof plan>): Promise<void> {
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
}
