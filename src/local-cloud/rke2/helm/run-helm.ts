import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { runCommand } from '../kubelet/command.ts'
import type { PodCredentials } from '../kubelet/pod-credentials.ts'

export interface ChartRelease {
  name: string
  /** The chart's directory. */
  chart: string
  /** Texts of values files, the later before the earlier. */
  values: readonly string[]
}

const NAMESPACE = 'kube-system'

/** Renders a chart by the real Helm, which asks no API server for it. @throws Error in Helm's words. */
export const templateChart = (helm: string, release: ChartRelease): Promise<string> =>
  withFiles(release, (home, files) =>
    runHelm(helm, home, ['template', release.name, release.chart, '--namespace', NAMESPACE, ...files]),
  )

/** Installs or upgrades a release by the real Helm in the name of a service account. @throws Error in Helm's words. */
export const installChart = (
  helm: string,
  release: ChartRelease,
  server: string,
  { ca, token }: { ca: string; token: string },
): Promise<string> =>
  withFiles(release, async (home, files) => {
    const kubeconfig = join(home, 'kubeconfig')
    await writeFile(kubeconfig, kubeconfigOf(server, ca, token), { mode: 0o600 })
    const where = ['--namespace', NAMESPACE, '--kubeconfig', kubeconfig]
    return runHelm(helm, home, ['upgrade', '--install', release.name, release.chart, ...where, ...files])
  })

/** Whether these credentials are a service account's, which only upstream's API server knows. */
export const isToken = (credentials: PodCredentials): credentials is { ca: string; token: string } =>
  'token' in credentials

async function withFiles(
  { values }: ChartRelease,
  work: (home: string, files: string[]) => Promise<string>,
): Promise<string> {
  const home = await mkdtemp('/tmp/helm-')
  try {
    const files = values.map(async (text, index) => {
      const file = join(home, `values-${index}.yaml`)
      await writeFile(file, text, { mode: 0o600 })
      return ['--values', file]
    })
    return await work(home, (await Promise.all(files)).flat())
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Helm keeps what it learns of an API server below its home. The shell's `env` sets that for this process alone. */
const runHelm = (helm: string, home: string, words: readonly string[]): Promise<string> =>
  runCommand('env', ['-i', `HOME=${home}`, helm, ...words])

const kubeconfigOf = (server: string, ca: string, token: string) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'helm' } }],
    'current-context': 'local',
    users: [{ name: 'helm', user: { token } }],
  })
