import * as z from 'zod'
import type { KubernetesObject } from '../kubernetes/api-client.ts'
import type { Frontend } from './translate-services.ts'

const service = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.looseObject({
    /** `None` of a headless one. */
    clusterIP: z.string().optional(),
    ports: z
      .array(z.looseObject({ name: z.string().default(''), protocol: z.string(), port: z.number() }))
      .default([]),
  }),
})

const slice = z.looseObject({
  metadata: z.looseObject({
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  addressType: z.string(),
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()),
        conditions: z.looseObject({ ready: z.boolean().nullish() }).default({}),
      }),
    )
    .nullish(),
  ports: z.array(z.looseObject({ name: z.string().nullish(), port: z.number().nullish() })).nullish(),
})

type Service = z.infer<typeof service>
type Slice = z.infer<typeof slice>

const isIpv4 = (address: string) => /^\d+\.\d+\.\d+\.\d+$/.test(address)
const PROTOCOLS: Readonly<Record<string, Frontend['protocol']>> = { TCP: 'tcp', UDP: 'udp' }

/** Every cluster address over IPv4 with its ready endpoints, in an order that depends on nothing but the objects. */
export function frontendsOf(
  services: Iterable<KubernetesObject>,
  slices: Iterable<KubernetesObject>,
): Frontend[] {
  const parsed = [...slices].map((object) => slice.parse(object)).filter((one) => one.addressType === 'IPv4')
  return [...services]
    .map((object) => service.parse(object))
    .flatMap((one) =>
      frontendsOfService(
        one,
        parsed.filter((each) => belongs(each, one)),
      ),
    )
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

const keyOf = ({ address, protocol, port }: Frontend) => `${address} ${protocol} ${port}`

const belongs = ({ metadata }: Slice, { metadata: { name, namespace } }: Service) =>
  metadata.namespace === namespace && metadata.labels['kubernetes.io/service-name'] === name

function frontendsOfService(
  { spec: { clusterIP = '', ports } }: Service,
  slices: readonly Slice[],
): Frontend[] {
  if (!isIpv4(clusterIP)) return []
  return ports.flatMap(({ name, protocol, port }) => {
    const known = PROTOCOLS[protocol]
    const backends = slices.flatMap((each) => backendsOf(each, name)).sort(byAddress)
    return known ? [{ address: clusterIP, protocol: known, port, backends }] : []
  })
}

function backendsOf({ endpoints, ports }: Slice, name: string): Frontend['backends'] {
  const port = ports?.find((each) => (each.name ?? '') === name)?.port
  if (port === undefined || port === null) return []
  // Nothing said of readiness means ready (discovery.k8s.io/v1).
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions.ready !== false)
  return ready.flatMap(({ addresses }) => addresses.slice(0, 1).map((address) => ({ address, port })))
}

const byAddress = (a: Frontend['backends'][number], b: Frontend['backends'][number]) =>
  a.address.localeCompare(b.address) || a.port - b.port
