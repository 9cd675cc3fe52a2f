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

const CHECKS: readonly HealthCheck[] = [
  { name: 'ping', check: always },
  { name: 'log', check: always },
  { name: 'etcd', check: etcdAnswers },
  { name: 'etcd-readiness', check: etcdAnswers },
  { name: 'informer-sync', check: cacheIsFilled },
  hook('generic-apiserver-start-informers', cacheIsFilled),
  hook('start-system-namespaces-controller', namespaceExists),
  hook('start-apiextensions-controllers', cacheIsFilled),
  hook('start-kube-apiserver-identity-lease-controller', cacheIsFilled),
  { name: 'shutdown', check: always },
]

/** What /readyz says to the results: `ok` alone unless asked in detail or failed. */
export function healthReport(
  results: readonly { name: string; ok: boolean }[],
  verbose: boolean,
): { code: number; body: string } {
  const failed = results.some(({ ok }) => !ok)
  const lines = results.map(({ name, ok }) => (ok ? `[+]${name} ok` : `[-]${name} failed: reason withheld`))
  if (failed) return { code: 500, body: `${lines.join('\n')}\nreadyz check failed\n` }
  return { code: 200, body: verbose ? `${lines.join('\n')}\nreadyz check passed\n` : 'ok' }
}

export async function readyz(api: Api, verbose: boolean) {
  const results = await Promise.all(CHECKS.map(async ({ name, check }) => ({ name, ok: await check(api) })))
  return healthReport(results, verbose)
}
