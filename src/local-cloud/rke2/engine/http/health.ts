import type { Api } from './api.ts'

/** A check that waits for etcd longer than this has failed: the API server's --etcd-readycheck-timeout. */
const ETCD_TIMEOUT_MS = 2_000

interface HealthCheck {
  name: string
  check: (api: Api) => Promise<boolean>
}

const always = async () => true
const etcdAnswers = ({ etcd }: Api) =>
  etcd.revision(ETCD_TIMEOUT_MS).then(
    () => true,
    () => false,
  )
const cacheIsFilled = async ({ cache }: Api) => cache.revision() > 0
const namespaceExists = async ({ cache }: Api) =>
  cache.get('/registry/core/namespaces/kube-system') !== undefined
const hook = (name: string, check: HealthCheck['check']) => ({ name: `poststarthook/${name}`, check })

const LIVE: readonly HealthCheck[] = [
  { name: 'ping', check: always },
  { name: 'log', check: always },
  { name: 'etcd', check: etcdAnswers },
  hook('generic-apiserver-start-informers', cacheIsFilled),
  hook('start-system-namespaces-controller', namespaceExists),
  hook('start-apiextensions-controllers', cacheIsFilled),
  hook('start-kube-apiserver-identity-lease-controller', cacheIsFilled),
]

const READY: readonly HealthCheck[] = [
  ...LIVE.slice(0, 3),
  { name: 'etcd-readiness', check: etcdAnswers },
  { name: 'informer-sync', check: cacheIsFilled },
  ...LIVE.slice(3),
  { name: 'shutdown', check: always },
]

const CHECKS: Readonly<Record<string, readonly HealthCheck[]>> = { livez: LIVE, healthz: LIVE, readyz: READY }

/** What /readyz and its like say to the results: `ok` alone unless asked in detail or failed. */
export function healthReport(
  endpoint: string,
  results: readonly { name: string; ok: boolean }[],
  verbose: boolean,
): { code: number; body: string } {
  const failed = results.some(({ ok }) => !ok)
  const lines = results.map(({ name, ok }) => (ok ? `[+]${name} ok` : `[-]${name} failed: reason withheld`))
  if (failed) return { code: 500, body: `${lines.join('\n')}\n${endpoint} check failed\n` }
  return { code: 200, body: verbose ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' }
}

/** /livez, /readyz, /healthz and one check of them (/readyz/etcd). Undefined for a check that does not exist. */
export async function health(api: Api, path: string, query: URLSearchParams) {
  const [endpoint = '', ...rest] = path.split('/').filter(Boolean)
  const excluded = new Set(query.getAll('exclude'))
  const single = rest.join('/')
  const checks = (CHECKS[endpoint] ?? []).filter(({ name }) =>
    single ? name === single : !excluded.has(name),
  )
  if (checks.length === 0) return undefined
  const results = await Promise.all(checks.map(async ({ name, check }) => ({ name, ok: await check(api) })))
  return healthReport(endpoint, results, query.has('verbose'))
}
