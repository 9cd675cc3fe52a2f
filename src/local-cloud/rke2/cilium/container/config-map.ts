import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApiClient, ApiError } from '../../kubernetes/api-client.ts'
import { collectionPath, find } from '../../kubernetes/resources.ts'
import { sleep } from '../../timing.ts'

/** Where the containers of the agent's and the operator's pods have the ConfigMap cilium-config, a file for each key. */
const DIRECTORY = '/tmp/cilium/config-map'

const RETRY_MS = 1_000
const TRIES = 60

/**
 * `cilium-dbg build-config`: writes the ConfigMap out for the agent.
 * @throws ApiError when the API has not answered for a minute: the container is then started again.
 */
export async function buildConfig(api: ApiClient, namespace: string): Promise<void> {
  const path = `${collectionPath('v1', 'ConfigMap', namespace)}/cilium-config`
  const data = await patiently(async () => (await find(api, path))?.['data'])
  mkdirSync(DIRECTORY, { recursive: true })
  for (const [key, value] of Object.entries((data ?? {}) as Record<string, string>))
    writeFileSync(join(DIRECTORY, key), value)
}

async function patiently<Answer>(ask: () => Promise<Answer>, left = TRIES): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ApiError) || left === 0) throw error
  }
  await sleep(RETRY_MS)
  return patiently(ask, left - 1)
}

export function readSettings(): Record<string, string> {
  // A mounted ConfigMap has directories of its own besides, `..data` among them.
  const keys = readdirSync(DIRECTORY).filter((name) => !name.startsWith('..'))
  return Object.fromEntries(keys.map((key) => [key, readFileSync(join(DIRECTORY, key), 'utf8')]))
}
