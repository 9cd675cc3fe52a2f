import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { ApiClient } from '../kubernetes/api-client.ts'
import { collectionPath, createUnlessThere, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'

const SECRETS = collectionPath('v1', 'Secret', 'kube-system')
const secretName = (nodeName: string) => `${nodeName}.node-password.rke2`

/** This node's own password, made at its first start: it proves later that a node of the same name is the same machine. */
export function ownNodePassword(): string {
  if (existsSync(paths.nodePassword)) return readFileSync(paths.nodePassword, 'utf8').trim()
  mkdirSync(dirname(paths.nodePassword), { recursive: true, mode: 0o700 })
  const password = randomBytes(16).toString('hex')
  writeFileSync(paths.nodePassword, `${password}\n`, { mode: 0o600 })
  return password
}

/** The password is 128 random bits, so a cheap hash of it is as strong as a dear one. */
function hash(password: string, salt = randomBytes(8).toString('hex')): string {
  return `$1:${salt}:10:8:1:${scryptSync(password, salt, 64, { N: 1024 }).toString('base64')}`
}

function matches(password: string, stored: string): boolean {
  const expected = Buffer.from(hash(password, stored.split(':')[1]))
  const given = Buffer.from(stored)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

const secretData = z.looseObject({ data: z.looseObject({ hash: z.base64() }) })

/** What a node of another machine but the same name is told. */
export const PASSWORD_REJECTED =
  "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match server node-passwd entry, try enabling a unique node name with the --with-node-id flag"

/** Remembers the password of a new node; false for a known node with another one. @throws ApiError */
export async function acceptNodePassword(
  api: ApiClient,
  nodeName: string,
  password: string,
): Promise<boolean> {
  const found =
    (await find(api, `${SECRETS}/${secretName(nodeName)}`)) ??
    (await createUnlessThere(api, SECRETS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName(nodeName), namespace: 'kube-system' },
      type: 'rke2.cattle.io/node-password',
      immutable: true,
      data: { hash: Buffer.from(hash(password)).toString('base64') },
    }))
  const { data } = secretData.parse(found)
  return matches(password, Buffer.from(data.hash, 'base64').toString())
}

export const nodePasswordPath = (nodeName: string): string => `${SECRETS}/${secretName(nodeName)}`
