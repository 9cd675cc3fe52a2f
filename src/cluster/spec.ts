import * as z from 'zod'
import { agentsIn } from './agent-groups.ts'
import { faultsAcross } from './contradictions.ts'
import { didYouMean } from './did-you-mean.ts'
import { allSettings, type Fault, type Settings, settings } from './settings.ts'
import { yamlObject } from './yaml-object.ts'

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** What the user asked for, all of it, checked. Durations are in seconds, `volumeSize` in GiB. */
export type ClusterSpec = Readonly<{ [Key in keyof Settings as CamelCase<Key>]: Settings[Key] }>

/** What a `config` file may hold: the inputs under their own names. An unknown key is an error. */
export const clusterConfig = z.strictObject(
  Object.fromEntries(Object.entries(settings).map(([key, schema]) => [key, schema.optional()])),
)

type Values = Readonly<Record<string, unknown>>

/** The whole spec of what an action's inputs and a config file say. */
export function clusterSpec(given: Values, configText?: string): { spec: ClusterSpec } | { faults: Fault[] } {
  const { sound, faults } = judgeTogether(given, configText)
  if (faults.length) return { faults }
  const whole = { ...defaults(), ...sound } as Settings
  return { spec: camelCased(withoutUselessTaints(counted(whole))) }
}

/**
 * Inputs and config together: what is wrong with the config or across both, and what is sound of either.
 * `unsound` are inputs that have a fault of their own, so that `given` lacks them or holds nonsense.
 */
export function judgeTogether(
  given: Values,
  configText?: string,
  unsound: ReadonlySet<string> = new Set(),
): { sound: Partial<Settings>; faults: Fault[] } {
  const config = readConfig(configText ?? '')
  // Nobody knows what the rest of such a file would have said.
  if ('fault' in config) return { sound: {}, faults: [{ input: 'config', message: config.fault }] }
  const merged = Object.entries(inputOverConfig(given, config.values))
  const sound = Object.fromEntries(merged.filter(([key]) => !unsound.has(key) && !config.unsound.has(key)))
  return { sound, faults: [...config.faults, ...faultsAcross(sound)] }
}

/** An input wins when it differs from its default, because GitHub can't tell a default from the same value written by hand. */
function inputOverConfig(given: Values, config: Values): Values {
  const usual = defaults()
  const merged: Record<string, unknown> = { ...config }
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, key) || value === undefined) continue
    const isDefault = JSON.stringify(value) === JSON.stringify(usual[key])
    if (!isDefault || !Object.hasOwn(config, key)) merged[key] = value
  }
  return merged
}

const defaults = (): Values => allSettings.parse({ 'cluster-name': 'x' })

/** Groups count the agents. */
const counted = (whole: Settings): Settings =>
  whole['node-groups'].length ? { ...whole, agents: agentsIn(whole['node-groups']) } : whole

/** A tainted server takes no workload, so without agents nothing could run. */
const withoutUselessTaints = (whole: Settings): Settings =>
  whole.agents === 0 ? { ...whole, 'server-taints': [] } : whole

interface Config {
  readonly values: Values
  readonly unsound: ReadonlySet<string>
  readonly faults: readonly Fault[]
}

function readConfig(text: string): Config | { fault: string } {
  const yaml = yamlObject(text)
  if ('fault' in yaml) return yaml
  const values: Record<string, unknown> = {}
  const faults = Object.entries(yaml.value).flatMap(([key, value]) => {
    const read = readSetting(key, value)
    if ('value' in read) values[key] = read.value
    return 'faults' in read ? read.faults : []
  })
  return { values, unsound: new Set(Object.keys(yaml.value).filter((key) => !(key in values))), faults }
}

function readSetting(key: string, value: unknown): { value: unknown } | { faults: Fault[] } {
  const known = new Map<string, z.ZodType>(Object.entries(settings))
  const schema = known.get(key)
  const unknown = () => `unknown key "${key}"${didYouMean(key, [...known.keys()])}`
  if (!schema) return { faults: [{ input: 'config', message: unknown() }] }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { value: parsed.data }
  const placeOf = ({ path }: z.core.$ZodIssue) => `config: ${[key, ...path].join('.')}`
  return { faults: parsed.error.issues.map((issue) => ({ input: placeOf(issue), message: issue.message })) }
}

const camelCased = (values: Settings) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as unknown as ClusterSpec
