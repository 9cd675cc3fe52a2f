import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { paths } from '../paths.ts'

/** The administrator's way in: /etc/rancher/rke2/rke2.yaml and server/cred/admin.kubeconfig. `mode` is write-kubeconfig-mode. */
export async function writeKubeconfigs(mode: number): Promise<void> {
  const encoded = async (name: string) => (await readFile(join(paths.tls, name))).toString('base64')
  const text = stringify({
    apiVersion: 'v1',
    clusters: [
      {
        cluster: {
          'certificate-authority-data': await encoded('server-ca.crt'),
          server: 'https://127.0.0.1:6443',
        },
        name: 'default',
      },
    ],
    contexts: [{ context: { cluster: 'default', user: 'default' }, name: 'default' }],
    'current-context': 'default',
    kind: 'Config',
    preferences: {},
    users: [
      {
        name: 'default',
        user: {
          'client-certificate-data': await encoded('client-admin.crt'),
          'client-key-data': await encoded('client-admin.key'),
        },
      },
    ],
  })
  await mkdir(dirname(paths.kubeconfig), { recursive: true })
  for (const [file, bits] of [
    [paths.kubeconfig, mode],
    [join(paths.server, 'cred/admin.kubeconfig'), 0o600],
  ] as const) {
    await writeFile(file, text, { mode: bits })
    await chmod(file, bits)
  }
}
