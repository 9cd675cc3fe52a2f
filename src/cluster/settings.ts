import * as z from 'zod'
import { inputs } from './inputs.ts'

const { 'cluster-name': name, config: _, ...optional } = inputs

/** The inputs that describe a cluster: what a config file may hold too. */
export const settings = { 'cluster-name': name, ...optional }
export const allSettings = z.object(settings)
export type Settings = z.output<typeof allSettings>

export interface Fault {
  /** Name of the input, or empty. */
  readonly input: string
  readonly message: string
}
