import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type ApiClient, createApiClient, isStatus } from '../kubernetes/api-client.ts'
import { find } from '../kubernetes/resources.ts'
import { sleep } from '../timing.ts'
import { type ConformanceTest, selectTests, summary, type TestContext, type TestResult } from './suite.ts'
import { tests } from './tests.ts'

// Inside a pod the API is the first address of the service range.
const API = 'https://10.43.0.1:443'
const credentials = z.union([
  z.object({ ca: z.string(), token: z.string() }),
  z.object({ ca: z.string(), certificate: z.string(), key: z.string() }),
])
const POLL_MS = 100
const EVENTUALLY_SECONDS = 60

/** Runs the tests that E2E_FOCUS and E2E_SKIP select, prints what ginkgo prints, and answers the exit status. */
export async function runSuite(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const identity = credentials.parse(JSON.parse(readFileSync(env['CONFORMANCE_CREDENTIALS'] ?? '', 'utf8')))
  const api = createApiClient({ ...identity, server: API })
  const started = performance.now()
  const selected = selectTests(tests, env['E2E_FOCUS'], env['E2E_SKIP'])
  print(`Running Suite: Kubernetes e2e suite\nWill run ${selected.length} of ${tests.length} specs`)
  // The genuine suite is run by several processes too: `--procs`.
  const results = await Promise.all(selected.map((test) => runTest(api, test)))
  for (const line of summary(results, tests.length, (performance.now() - started) / 1000)) print(line)
  return results.some(({ failure }) => failure !== undefined) ? 1 : 0
}

const print = (line: string) => process.stdout.write(`${line}\n`)

async function runTest(api: ApiClient, { name, run }: ConformanceTest): Promise<TestResult> {
  const started = performance.now()
  let failure: string | undefined
  const namespace = `e2e-${randomBytes(4).toString('hex')}`
  try {
    await api.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'e2e-run': namespace } },
    })
    const context = contextOf(api, namespace)
    // As upstream's framework: no pod is admitted before its service account is there.
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`
    await context.eventually('the default service account', () => find(api, account))
    await run(context)
  } catch (error) {
    failure = (error as Error).message
  }
  await removeNamespace(api, namespace)
  const seconds = (performance.now() - started) / 1000
  const outcome =
    failure === undefined
      ? `• [${seconds.toFixed(3)} seconds]`
      : `• [FAILED] [${seconds.toFixed(3)} seconds]\n  [FAILED] ${failure}`
  print(`------------------------------\n${name}\n${outcome}`)
  return { name, seconds, failure }
}

async function removeNamespace(api: ApiClient, namespace: string): Promise<void> {
  try {
    await api.request('DELETE', `/api/v1/namespaces/${namespace}`)
  } catch (error) {
    if (!isStatus(error, 404)) print(`  could not delete namespace ${namespace}: ${(error as Error).message}`)
  }
}

function contextOf(api: ApiClient, namespace: string): TestContext {
  return {
    api,
    namespace,
    async eventually(what, probe, seconds = EVENTUALLY_SECONDS) {
      const deadline = performance.now() + seconds * 1000
      let last = ''
      while (performance.now() < deadline) {
        try {
          const found = await probe()
          if (found !== undefined) return found
        } catch (error) {
          last = `: ${(error as Error).message}`
        }
        await sleep(POLL_MS)
      }
      throw new Error(`timed out after ${seconds} s waiting for ${what}${last}`)
    },
  }
}
