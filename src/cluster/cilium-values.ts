import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import * as z from 'zod'
import { CHART_KEYS } from './cilium-keys.ts'
import { didYouMean } from './did-you-mean.ts'
import { isObject, type YamlObject, yamlObject } from './yaml-object.ts'

/** What decides the values of the rke2-cilium chart. */
export interface CiliumWish {
  hubble: boolean
  wireguard: boolean
  servers: number
  agents: number
  ciliumValues: YamlObject
}

// On the pods of agents and operator. The chart starts none anew when only its ConfigMap changes (rollOutCiliumPods is false).
const ANNOTATION = 'rke2-action/values'

/**
 * Tells values apart, whatever the order of their keys: what agents and operator carry that were started with them. The word before it
 * keeps YAML from reading 12e45 as a number, which the chart's templates write without quotes.
 */
export function ciliumValuesHash(wish: CiliumWish): string {
  const text = stringify(chosenValues(wish), { sortMapEntries: true })
  return `sha256-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

/** Values of the rke2-cilium chart: a change of any of them starts agents and operator anew. */
export function ciliumValues(wish: CiliumWish): YamlObject {
  const podAnnotations = { [ANNOTATION]: ciliumValuesHash(wish) }
  return merge(chosenValues(wish), { podAnnotations, operator: { podAnnotations } })
}

/**
 * Values of the rke2-cilium chart, at the root (the chart silently ignores what it doesn't know, as a root key `cilium:`).
 * kube-proxy is off, so the API is reached at localhost:6443: the API server itself on servers, RKE2's client-side
 * balancer on agents. The operator must tolerate the servers' taint, or its CRDs never come and no node gets ready.
 */
function chosenValues(wish: CiliumWish): YamlObject {
  const values: YamlObject = {
    kubeProxyReplacement: true,
    k8sServiceHost: 'localhost',
    k8sServicePort: '6443',
    bpf: { masquerade: true },
    // The chart of RKE2 chains portmap, which asks the host for iptables or nft; Amazon Linux 2023 has no iptables. Without kube-proxy
    // Cilium itself opens host ports.
    cni: { chainingMode: 'none' },
    // Two replicas must not share a node: on a one-node cluster the second would stay pending for ever.
    operator: { tolerations: [{ operator: 'Exists' }], replicas: wish.servers + wish.agents > 1 ? 2 : 1 },
    ...(wish.hubble ? { hubble: { enabled: true, relay: { enabled: true }, ui: { enabled: true } } } : {}),
    ...(wish.wireguard ? { encryption: { enabled: true, type: 'wireguard' } } : {}),
  }
  return merge(values, wish.ciliumValues)
}

/** The manifest that RKE2's helm controller merges into its own chart. Its name must be that of the chart. */
export function helmChartConfig(values: YamlObject): string {
  return stringify({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChartConfig',
    metadata: { name: 'rke2-cilium', namespace: 'kube-system' },
    spec: { valuesContent: stringify(values) },
  })
}

function merge(base: YamlObject, over: YamlObject): YamlObject {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const here = merged[key]
    merged[key] = isObject(here) && isObject(value) ? merge(here, value) : value
  }
  return merged
}

// Keys that charts of Cilium 1.18 and later ignore or refuse, and what replaced them.
const OBSOLETE: readonly [path: string, instead: string][] = [
  ['cilium', 'write the values at the root, without the key cilium (it is ignored since chart 1.10)'],
  ['hostServices', 'write socketLB.enabled (hostServices is gone since Cilium 1.12)'],
  ['tunnel', 'write routingMode and tunnelProtocol (tunnel is gone since Cilium 1.15)'],
  ['encryption.keyFile', 'write encryption.ipsec.keyFile'],
  ['encryption.mountPath', 'write encryption.ipsec.mountPath'],
  ['encryption.secretName', 'write encryption.ipsec.secretName'],
  ['encryption.interface', 'write encryption.ipsec.interface'],
  ['global', 'leave it out: RKE2 itself sets global.*'],
]

const at = (values: YamlObject, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      values,
    )

// A short word is soon like another: bgp, bpf.
const lettersWrong = (key: string) => (key.length < 5 ? 0 : 2)

/**
 * Keys of the first and second level that the chart has not, and that look like one it has. Other unknown keys pass: charts of
 * other versions have some that this one lacks.
 */
function misspelt(values: YamlObject): string[] {
  const judge = (place: string, keys: readonly string[], known: readonly string[]) =>
    keys
      .filter((key) => known.length && !known.includes(key))
      .map((key) => ({ path: `${place}${key}`, meant: didYouMean(key, known, lettersWrong(key)) }))
  const below = Object.entries(values).flatMap(([key, value]) =>
    isObject(value) ? judge(`${key}.`, Object.keys(value), CHART_KEYS.get(key) ?? []) : [],
  )
  return [...judge('', Object.keys(values), [...CHART_KEYS.keys()]), ...below].flatMap(({ path, meant }) =>
    meant ? [`"${path}" is no key of the chart${meant}`] : [],
  )
}

/** Everything in a user's own values that would be ignored, refused by the chart, or break what RKE2 needs. */
function ciliumValuesFaults(values: YamlObject): string[] {
  const faults = OBSOLETE.filter(([path]) => at(values, path) !== undefined).map(
    ([path, instead]) => `"${path}": ${instead}`,
  )
  faults.push(...misspelt(values))
  const replacement = at(values, 'kubeProxyReplacement')
  if (replacement !== undefined && String(replacement) !== 'true')
    faults.push(
      `"kubeProxyReplacement": ${String(replacement)} would leave the cluster without services, as kube-proxy is off: write true or leave it out (strict, partial, probe and disabled are gone)`,
    )
  if (at(values, 'hubble.relay.enabled') === true && at(values, 'hubble.enabled') === false)
    faults.push('"hubble.relay.enabled": the chart refuses the relay without hubble.enabled')
  if (at(values, 'hubble.ui.enabled') === true && at(values, 'hubble.relay.enabled') === false)
    faults.push('"hubble.ui.enabled": the chart refuses the UI without hubble.relay.enabled')
  const name = at(values, 'cluster.name')
  if (typeof name === 'string' && name.length > 32)
    faults.push(`"cluster.name": at most 32 characters, not ${name.length}`)
  return faults
}

/** `cilium-values` as an input: YAML text or, in a file, a mapping. */
export const valuesText = z
  .union([z.string(), z.record(z.string(), z.unknown())], { error: 'write YAML with the values at the root' })
  .transform((value, context): YamlObject => {
    const parsed = typeof value === 'string' ? yamlObject(value) : { value }
    const faults = 'fault' in parsed ? [parsed.fault] : ciliumValuesFaults(parsed.value)
    for (const fault of faults) context.addIssue(fault)
    return 'value' in parsed ? parsed.value : {}
  })
