import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'

const Stored = z.object({
  /** Empty until the service has taken the key. */
  nodeId: z.string(),
  region: z.string(),
  fingerprint: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
})
export type StoredRegistration = z.infer<typeof Stored>

/** Where the genuine agent's vault keeps them: a machine may be both. */
export type Vault = 'RegistrationKey' | 'EC2RegistrationKey'

const fileOf = (directory: string, vault: Vault) => join(directory, 'Vault/Store', vault)

/** @returns undefined when the machine has not registered there */
export async function readRegistration(
  directory: string,
  vault: Vault,
): Promise<StoredRegistration | undefined> {
  const text = await readFile(fileOf(directory, vault), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Stored.parse(JSON.parse(text))
}

/** Renamed into place: a power loss in the middle leaves the former one. */
export async function writeRegistration(
  directory: string,
  vault: Vault,
  registration: StoredRegistration,
): Promise<void> {
  const file = fileOf(directory, vault)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.part`, JSON.stringify(registration), { mode: 0o600 })
  await rename(`${file}.part`, file)
}

export const clearRegistration = (directory: string, vault: Vault) =>
  rm(fileOf(directory, vault), { force: true })

/** RSA, in the forms that the genuine agent gives them, base64. */
export function newKeyPair(modulusLength: number): Pick<StoredRegistration, 'publicKey' | 'privateKey'> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength })
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
  }
}
