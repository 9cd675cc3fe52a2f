import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { collectionPath } from '../kubernetes/resources.ts'
import { FatalError } from '../log.ts'
import { paths } from '../paths.ts'
import { adminApi } from './admin-api.ts'
import { table } from './table.ts'

const keys = z.object({ keys: z.array(z.object({ name: z.string() })) })
const encryptionConfig = z.object({
  resources: z.array(
    z.object({
      providers: z.array(z.object({ aescbc: keys.optional(), secretbox: keys.optional() }).loose()),
    }),
  ),
})
export type EncryptionConfig = z.infer<typeof encryptionConfig>

const nodeList = z.object({
  items: z.array(
    z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }) }),
  ),
})

const TYPES = { aescbc: 'AES-CBC', secretbox: 'XSalsa20-POLY1305' } as const

/** `rke2 secrets-encrypt status`. @throws FatalError for other operations. */
export async function runSecretsEncrypt([operation = '']: readonly string[]): Promise<void> {
  if (operation !== 'status')
    throw new FatalError(`Error: the local cloud's rke2 does not know secrets-encrypt ${operation}`)
  const { items } = nodeList.parse(await adminApi().request('GET', collectionPath('v1', 'Node')))
  const hashes = items.flatMap(
    ({ metadata }) => metadata.annotations?.['rke2.io/encryption-config-hash'] ?? [],
  )
  const file = join(paths.server, 'cred/encryption-config.json')
  process.stdout.write(
    encryptionStatus(encryptionConfig.parse(JSON.parse(readFileSync(file, 'utf8'))), hashes),
  )
}

/** `hashes`: one a server, `start-<sha256>`: the stage of a rotation, and what each server encrypts with. The first key is the active one. */
export function encryptionStatus({ resources }: EncryptionConfig, hashes: readonly string[]): string {
  const providers = resources[0]?.providers ?? []
  const rows = providers.flatMap((provider) =>
    (['aescbc', 'secretbox'] as const).flatMap((type) =>
      (provider[type]?.keys ?? []).map(({ name }) => [TYPES[type], name]),
    ),
  )
  const stage = hashes[0]?.split('-')[0] ?? 'start'
  const agree = new Set(hashes).size <= 1 ? 'All hashes match' : 'hash does not match between servers'
  return [
    `Encryption Status: ${rows.length ? 'Enabled' : 'Disabled'}\n`,
    `Current Rotation Stage: ${stage}\n`,
    `Server Encryption Hashes: ${agree}\n\n`,
    table(
      [
        ['Active', 'Key Type', 'Name'],
        ['------', '--------', '----'],
        ...rows.map((row, at) => [at === 0 ? ' *' : '', ...row]),
      ],
      2,
    ),
    '\n',
  ].join('')
}
