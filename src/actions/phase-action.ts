import type * as z from 'zod'
import { inputsOf } from '../cluster/spec.ts'
import { type ActionDefinition, defineAction, type Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'
import { type Phase, runPhases } from '../phases/phase.ts'
import { endJob, withClusterLease } from './cluster-lease.ts'
import { clusterOutputs, withClusterOutputs } from './cluster-outputs.ts'
import { withHold } from './hold-on-failure.ts'
import { readSpec } from './read-spec.ts'

/** Outputs that only this phase has, and what sets them while it works. */
interface Beside<More extends string> {
  outputs: Readonly<Record<More, string>>
  around(context: Context, kit: Kit<More>, work: () => Promise<void>): Promise<void>
}

/** An action that is one phase of the chain. */
export function phaseAction<Shape extends z.ZodRawShape, More extends string = never>(action: {
  phase: Phase
  name: string
  description: string
  icon: string
  inputs: Shape
  beside?: Beside<More>
}): ActionDefinition<z.ZodObject<Shape>, keyof typeof clusterOutputs | More> {
  const { phase, inputs, beside, ...words } = action
  return defineAction({
    ...words,
    id: phase.name,
    inputs: inputsOf(inputs),
    outputs: { ...clusterOutputs, ...(beside?.outputs as Record<More, string>) },
    async run(given, kit) {
      await withClusterLease(readSpec(given), kit, async (context) => {
        const work = () => withHold(context, () => runPhases([phase], context))
        await withClusterOutputs(context, kit, beside ? () => beside.around(context, kit, work) : work)
      })
    },
    post: (kit, { inputs: given, ended }) => endJob(readSpec(given()), kit, ended),
  })
}
