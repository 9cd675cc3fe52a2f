import { join } from 'node:path'
import * as z from 'zod'
import type { ContainerContext, Runner } from '../kubelet/runner.ts'
import { createApiClient } from '../kubernetes/api-client.ts'
import { apply, collectionPath, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'
import { chartDirectory } from './charts.ts'
import { readObjects } from './deploy-manifests.ts'
import { type ChartRelease, installChart, isToken, templateChart } from './run-helm.ts'

const valuesSecret = z.looseObject({ data: z.record(z.string(), z.base64()).default({}) })

const API = 'https://127.0.0.1:6443'

/** The pod of helm-install-<chart>: installs the chart with its values by the real Helm. Its log says why when it can't. */
export const runHelmInstall: Runner = (context) => ({ exited: install(context) })

async function install(context: ContainerContext): Promise<number> {
  const { write, container } = context
  const name = container.env.find((entry) => entry.name === 'NAME')?.value ?? ''
  write(
    `+ helm_v3 upgrade --install ${name} --namespace kube-system --values /config/values-01_HelmChart.yaml`,
  )
  try {
    const chart = chartDirectory(name)
    if (!chart) throw new Error(`the local cloud has no chart "${name}"`)
    for (const line of (await deploy(context, name, chart)).trimEnd().split('\n')) write(line)
    return 0
  } catch (error) {
    for (const line of inHelmsWords(error as Error).split('\n')) write(line)
    return 1
  }
}

/** Helm itself speaks to upstream's API server. The light engine lacks what it asks for, so there it only renders. */
async function deploy(context: ContainerContext, name: string, chart: string): Promise<string> {
  const credentials = await context.credentials()
  const api = createApiClient({ server: API, ...credentials })
  const found = await find(api, `${collectionPath('v1', 'Secret', 'kube-system')}/chart-values-${name}`)
  const { data } = valuesSecret.parse(found ?? {})
  const keys = Object.keys(data).sort((a, b) => a.localeCompare(b))
  const values = keys.map((key) => Buffer.from(data[key] ?? '', 'base64').toString('utf8'))
  const release: ChartRelease = { name, chart, values }
  const helm = join(paths.localCloud, 'helm')
  if (isToken(credentials)) return installChart(helm, release, API, credentials)
  for (const object of readObjects(await templateChart(helm, release))) await apply(api, object)
  return `NAME: ${name}\nNAMESPACE: kube-system\nSTATUS: deployed\nREVISION: 1`
}

/** The command's own name is left away, and an install is told from an upgrade as RKE2's image for these jobs does. */
function inHelmsWords({ message }: Error): string {
  const said = message.replace(/^.*?(?=Error: )/s, '')
  return /FAILED/.test(said) ? said : `Error: INSTALLATION FAILED: ${said.replace(/^Error: /, '')}`
}
