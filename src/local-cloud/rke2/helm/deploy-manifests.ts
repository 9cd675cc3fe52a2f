import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import * as z from 'zod'
import { type ApiClient, ApiError, type KubernetesObject } from '../kubernetes/api-client.ts'
import { apply } from '../kubernetes/resources.ts'
import { log } from '../log.ts'
import { paths } from '../paths.ts'
import { sleep } from '../timing.ts'

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

/** Writes the HelmChart of each bundled chart into server/manifests, as RKE2 does at every start. */
export function writeBundledCharts(names: readonly string[]): void {
  for (const name of names) {
    const chart = {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChart',
      metadata: {
        name,
        namespace: 'kube-system',
        annotations: { 'helm.cattle.io/chart-url': `https://rke2-charts.rancher.io/assets/${name}` },
      },
      spec: { bootstrap: true, chart: name, targetNamespace: 'kube-system' },
    }
    writeFileSync(join(paths.manifests, `${name}.yaml`), stringify(chart), { mode: 0o600 })
  }
}

/** Applies every manifest of server/manifests at the start and whenever a file changes. Each server does this with its own files. */
export async function deployManifests(api: ApiClient, lookMs: number, signal: AbortSignal): Promise<void> {
  const applied = new Map<string, string>()
  while (!signal.aborted) {
    for (const file of manifestFiles()) {
      const text = readFileSync(file, 'utf8')
      if (applied.get(file) === text) continue
      if (await deploy(api, file, text)) applied.set(file, text)
    }
    await sleep(lookMs)
  }
}

function manifestFiles(): string[] {
  if (!existsSync(paths.manifests)) return []
  const files = readdirSync(paths.manifests).filter((name) => /\.(ya?ml|json)$/.test(name))
  return files.sort().map((name) => join(paths.manifests, name))
}

/** False when the API could not be asked; a manifest that it refuses is logged and not tried again until it changes. */
async function deploy(api: ApiClient, file: string, text: string): Promise<boolean> {
  try {
    for (const object of readObjects(text)) await apply(api, object)
    return true
  } catch (error) {
    log.error(`Failed to process config: failed to process ${file}: ${(error as Error).message}`)
    return !(error instanceof ApiError && (error.status === 0 || error.status >= 500))
  }
}

/** All objects of a text of YAML documents. @throws Error when one is none. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const fault = 'errors' in document ? document.errors[0] : undefined
    if (fault) throw new Error(fault.message)
    const value: unknown = 'toJS' in document ? document.toJS() : undefined
    if (value === null || value === undefined) return []
    return [manifest.parse(value) as KubernetesObject]
  })
}
