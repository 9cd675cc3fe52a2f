import type * as z from 'zod'
import { type ActionDefinition, defineAction } from '../kit/define-action.ts'
import type { PhaseName } from '../runs/run-phase.ts'
import { inputsOf } from './inputs-of.ts'
import { clusterOutputs } from './outputs.ts'
import { endJob, runs } from './runs.ts'

/** An action that is one phase of the chain. */
export function phaseAction<Shape extends z.ZodRawShape>({
  inputs,
  ...words
}: {
  id: PhaseName
  name: string
  description: string
  icon: string
  inputs: Shape
}): ActionDefinition<z.ZodObject<Shape>, keyof typeof clusterOutputs> {
  return defineAction({
    ...words,
    inputs: inputsOf(inputs),
    outputs: clusterOutputs,
    async run(given, kit): Promise<void> {
      await (await runs()).runPhase(words.id, given, kit)
    },
    post: endJob,
  })
}
