import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'

/** What a joining server receives: names as on the wire, paths below server/. */
const files = {
  ClientCA: 'tls/client-ca.crt',
  ClientCAKey: 'tls/client-ca.key',
  ETCDPeerCA: 'tls/etcd/peer-ca.crt',
  ETCDPeerCAKey: 'tls/etcd/peer-ca.key',
  ETCDServerCA: 'tls/etcd/server-ca.crt',
  ETCDServerCAKey: 'tls/etcd/server-ca.key',
  EncryptionConfig: 'cred/encryption-config.json',
  IPSECKey: 'cred/ipsec.psk',
  PasswdFile: 'cred/passwd',
  RequestHeaderCA: 'tls/request-header-ca.crt',
  RequestHeaderCAKey: 'tls/request-header-ca.key',
  ServerCA: 'tls/server-ca.crt',
  ServerCAKey: 'tls/server-ca.key',
  ServiceCurrentKey: 'tls/service.current.key',
  ServiceKey: 'tls/service.key',
} as const

export const bootstrapData = z.record(z.string(), z.object({ Timestamp: z.string(), Content: z.base64() }))
export type BootstrapData = z.infer<typeof bootstrapData>

export async function readBootstrapData(server: string): Promise<BootstrapData> {
  const entries = Object.entries(files).map(async ([name, path]) => {
    const content = await readFile(join(server, path))
    return [name, { Timestamp: new Date().toISOString(), Content: content.toString('base64') }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Names that this release doesn't know are left alone, as a newer server may send more. */
export async function writeBootstrapData(server: string, data: BootstrapData): Promise<void> {
  for (const [name, path] of Object.entries(files)) {
    const entry = data[name]
    if (!entry) continue
    const file = join(server, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, Buffer.from(entry.Content, 'base64'), {
      mode: path.endsWith('.crt') ? 0o644 : 0o600,
    })
  }
}
