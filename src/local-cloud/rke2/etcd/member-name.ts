import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '../paths.ts'

/** `<node name>-<8 hex>`, chosen once and kept in server/db/etcd/name. */
export async function memberName(nodeName: string): Promise<string> {
  const file = join(paths.etcd, 'name')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  await mkdir(paths.etcd, { recursive: true, mode: 0o700 })
  const name = `${nodeName}-${randomBytes(4).toString('hex')}`
  await writeFile(file, name, { mode: 0o600 })
  return name
}

/** True once this server has been a member: `server:` in its configuration is ignored from then on. */
export const hasEtcdData = (): boolean => existsSync(join(paths.etcd, 'member'))
