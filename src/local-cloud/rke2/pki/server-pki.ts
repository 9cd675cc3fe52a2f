import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority, Leaf } from './certificate-plan.ts'
import { authorities } from './certificate-plan.ts'
import { authorityScript, leafScript, runScripts } from './openssl.ts'

const directories = [
  'tls/etcd',
  'tls/kube-controller-manager',
  'tls/kube-scheduler',
  'cred',
  'etc',
  'db',
  'logs',
]

export async function makeServerDirectories(server: string): Promise<void> {
  for (const directory of directories) await mkdir(join(server, directory), { recursive: true, mode: 0o700 })
}

/** The first server's work: authorities, the service account key, the passphrases that joiners will receive. */
export async function createAuthorities(server: string): Promise<void> {
  const born = Math.floor(Date.now() / 1000)
  const tls = join(server, 'tls')
  await runScripts(tls, [
    ...(Object.keys(authorities) as Authority[]).map((authority) => authorityScript(authority, born)),
    'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out service.key 2>/dev/null\n',
    'cp service.key service.current.key\n',
  ])
  const key = randomBytes(32).toString('base64')
  const encryption = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ aescbc: { keys: [{ name: 'aescbckey', secret: key }] } }, { identity: {} }],
      },
    ],
  }
  await writeSecret(join(server, 'cred/encryption-config.json'), JSON.stringify(encryption))
  await writeSecret(join(server, 'cred/ipsec.psk'), randomBytes(48).toString('hex'))
}

/**
 * Leaves that are missing, and the signing certificates without the chain above them, which joiners are not sent. RKE2 renews only
 * what is near its end; nothing here lives that long.
 */
export async function createLeaves(server: string, leaves: readonly Leaf[]): Promise<void> {
  const tls = join(server, 'tls')
  const missing = leaves.filter(({ path }) => !existsSync(join(tls, `${path}.crt`)))
  await runScripts(tls, [
    ...missing.map((leaf) => leafScript(leaf)),
    'for ca in client-ca server-ca; do install -m 644 $ca.crt $ca.nochain.crt; done\n',
  ])
}

/** Key and certificate for somebody else: a kubelet, a pod. Nothing of it stays here. */
export async function issue(server: string, leaf: Leaf): Promise<{ certificate: string; key: string }> {
  const directory = await mkdtemp('/tmp/rke2-issue-')
  try {
    await runScripts(directory, [leafScript(leaf, join(server, 'tls'))])
    const read = (ending: string) => readFile(join(directory, `${leaf.path}.${ending}`), 'utf8')
    return { certificate: await read('crt'), key: await read('key') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** server/token in full, 0600, and its two other names. */
export async function writeTokenFiles(server: string, token: string): Promise<void> {
  const file = join(server, 'token')
  await writeSecret(file, `${token}\n`)
  for (const link of ['node-token', 'agent-token'])
    if (!existsSync(join(server, link))) await symlink(file, join(server, link))
}

export async function writeSecret(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  await chmod(file, 0o600)
}

/** Certificates that every node keeps a copy of. */
export async function copyAuthorities(server: string, agent: string): Promise<void> {
  await mkdir(agent, { recursive: true, mode: 0o700 })
  for (const name of ['client-ca.crt', 'server-ca.crt'])
    await writeSecret(join(agent, name), await readFile(join(server, 'tls', name), 'utf8'))
}
