import * as z from 'zod'
import { agentsIn } from './agent-groups.ts'
import { overlap } from './cidr.ts'
import { inputs } from './inputs.ts'
import { OWN_PATH } from './names.ts'
import { networkContradictions } from './network-inputs.ts'
import { isObject, yamlObject } from './yaml-object.ts'

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

const { 'cluster-name': name, config: _, ...optional } = inputs
const settings = { 'cluster-name': name, ...optional }
const allSettings = z.object(settings)
type Settings = z.output<typeof allSettings>

/** What the user asked for, all of it, checked. Durations are in seconds, `volumeSize` in GiB. */
export type ClusterSpec = Readonly<{ [Key in keyof Settings as CamelCase<Key>]: Settings[Key] }>

/** What a `config` file may hold: the inputs under their own names. An unknown key is an error. */
export const clusterConfig = z.strictObject(
  Object.fromEntries(Object.entries(settings).map(([key, schema]) => [key, schema.optional()])),
)

export interface Fault {
  /** Name of the input, or empty. */
  readonly input: string
  readonly message: string
}

/**
 * The whole spec of what an action's inputs and a config file say: an input wins when it differs from its default,
 * because GitHub can't tell a default from the same value written by hand.
 */
export function clusterSpec(
  given: Readonly<Record<string, unknown>>,
  configText?: string,
): { spec: ClusterSpec } | { faults: Fault[] } {
  const config = configText === undefined ? { values: {}, faults: [] } : readConfig(configText)
  const defaults = allSettings.parse({ 'cluster-name': 'x' }) as Record<string, unknown>
  const merged: Record<string, unknown> = { ...defaults, ...config.values }
  for (const [key, value] of Object.entries(given)) {
    const isDefault = JSON.stringify(value) === JSON.stringify(defaults[key])
    if (key in settings && value !== undefined && !isDefault) merged[key] = value
  }
  const faults = [...config.faults, ...faultsAcross(merged as Settings)]
  return faults.length ? { faults } : { spec: camelCased(withoutUselessTaints(counted(merged as Settings))) }
}

/** Groups count the agents. */
const counted = (settings: Settings): Settings =>
  settings['node-groups'].length ? { ...settings, agents: agentsIn(settings['node-groups']) } : settings

/** A tainted server takes no workload, so without agents nothing could run. */
const withoutUselessTaints = (settings: Settings): Settings =>
  settings.agents === 0 ? { ...settings, 'server-taints': [] } : settings

function readConfig(text: string): { values: Record<string, unknown>; faults: Fault[] } {
  const yaml = yamlObject(text)
  if ('fault' in yaml) return { values: {}, faults: [{ input: 'config', message: yaml.fault }] }
  const parsed = clusterConfig.safeParse(yaml.value)
  // `.optional()` outside `.prefault()` still fills in the default: keep what the file itself says.
  if (parsed.success)
    return {
      values: Object.fromEntries(Object.entries(parsed.data).filter(([key]) => key in yaml.value)),
      faults: [],
    }
  return { values: {}, faults: parsed.error.issues.flatMap(configFaults) }
}

function configFaults(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ input: 'config', message: `unknown key "${key}"${didYouMean(key)}` }))
  return [{ input: `config: ${issue.path.join('.')}`, message: issue.message }]
}

/** Rules that need more than one setting. Settings that have a fault of their own may be missing here. */
export function faultsAcross(settings: Partial<Settings>): Fault[] {
  const single = [
    cidrOverlap(settings),
    publicWithoutRanges(settings),
    countedTwice(settings),
    boundaryOfNothing(settings),
    pathOfNothing(settings),
  ]
  return [...single.flatMap((fault) => (fault ? [fault] : [])), ...networkContradictions(settings)]
}

function cidrOverlap({
  'cluster-cidr': pods,
  'service-cidr': services,
}: Partial<Settings>): Fault | undefined {
  if (pods === undefined || services === undefined || !overlap(pods, services)) return undefined
  return {
    input: 'service-cidr',
    message: `${services} overlaps cluster-cidr ${pods}: pods and services need ranges of their own, such as 10.42.0.0/16 and 10.43.0.0/16`,
  }
}

function publicWithoutRanges(settings: Partial<Settings>): Fault | undefined {
  const ranges = settings['allowed-cidrs']
  if (settings['load-balancer'] !== 'internet-facing' || ranges === undefined || ranges.length)
    return undefined
  return {
    input: 'allowed-cidrs',
    message:
      'an internet-facing load balancer that nobody outside may reach is of no use: name the ranges that may',
  }
}

function boundaryOfNothing(settings: Partial<Settings>): Fault | undefined {
  if (!settings['permissions-boundary'] || !settings['instance-profile']) return undefined
  return {
    input: 'permissions-boundary',
    message:
      'it bounds the role that is made for the nodes, and instance-profile brings one of your own: leave one out',
  }
}

function pathOfNothing(settings: Partial<Settings>): Fault | undefined {
  const path = settings['iam-path'] ?? OWN_PATH
  if (path === OWN_PATH || !settings['instance-profile']) return undefined
  return {
    input: 'iam-path',
    message:
      'it is that of the role that is made for the nodes, and instance-profile brings one of your own: leave one out',
  }
}

/** Nobody can tell a default of `agents` from the same number written by hand, so that one goes. */
function countedTwice({ agents, 'node-groups': groups }: Partial<Settings>): Fault | undefined {
  if (agents === undefined || !groups?.length) return undefined
  if ([agentsIn(groups), allSettings.shape.agents.parse(undefined)].includes(agents)) return undefined
  return {
    input: 'agents',
    message: `node-groups holds ${agentsIn(groups)} agents, and agents says ${agents}: leave agents out`,
  }
}

/**
 * The inputs of an action as one schema that also knows the rules across them, so that all faults are told at once.
 * With a config file the rules wait for it: `clusterSpec` checks them on the whole.
 */
export function inputsOf<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.object(shape).superRefine(
    (value, context) => {
      if (!isObject(value) || 'config' in value) return
      const faulty = new Set(context.issues.map((issue) => issue.path?.[0]))
      const sound = Object.fromEntries(Object.entries(value).filter(([key]) => !faulty.has(key)))
      for (const { input, message } of faultsAcross(sound))
        context.addIssue({ code: 'custom', path: [input], message })
    },
    { when: () => true },
  )
}

const camelCased = (values: Settings) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as unknown as ClusterSpec

function didYouMean(key: string): string {
  const close = Object.keys(settings).find(
    (known) => known.replaceAll('-', '') === key.toLowerCase().replaceAll(/[-_]/g, ''),
  )
  const alike = close ?? Object.keys(settings).find((known) => distance(known, key) <= 2)
  return alike ? `: did you mean "${alike}"?` : ''
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
    row = next
  }
  return row[b.length] ?? 0
}
