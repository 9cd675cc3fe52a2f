import type * as z from 'zod'
import { inputsOf } from '../cluster/spec.ts'
import { type ActionDefinition, defineAction } from '../kit/define-action.ts'
import { openContext } from '../phases/open-context.ts'
import { type Phase, runPhases } from '../phases/phase.ts'
import { clusterOutputs, withClusterOutputs } from './cluster-outputs.ts'
import { readSpec } from './read-spec.ts'

/** An action that is one phase of the chain. */
export function phaseAction<Shape extends z.ZodRawShape>(action: {
  phase: Phase
  name: string
  description: string
  icon: string
  inputs: Shape
}): ActionDefinition<z.ZodObject<Shape>, keyof typeof clusterOutputs> {
  const { phase, inputs, ...words } = action
  return defineAction({
    ...words,
    id: phase.name,
    inputs: inputsOf(inputs),
    outputs: clusterOutputs,
    async run(given, kit) {
      const context = openContext(readSpec(given), kit)
      await withClusterOutputs(context, kit, () => runPhases([phase], context))
    },
  })
}
