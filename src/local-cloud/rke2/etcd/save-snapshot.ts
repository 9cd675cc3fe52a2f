import { mkdirSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { request as requestTls } from 'node:https'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { EtcdError, etcdCredentials } from './gateway.ts'

const part = z.union([
  z.object({ result: z.object({ blob: z.base64().default('') }) }),
  z.object({ error: z.object({ message: z.string() }) }),
])

/**
 * Streams the database of this server's own member into `file`, its checksum at the end, as `etcdctl snapshot save` does. A file that is
 * there is whole.
 * @throws EtcdError when etcd ends early.
 */
export async function saveSnapshot(file: string, endpoint = 'https://127.0.0.1:2379'): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.part`
  const handle = await open(half, 'w', 0o600)
  try {
    for await (const line of createInterface({ input: await ask(endpoint) })) {
      const told = part.parse(JSON.parse(line))
      if ('error' in told) throw new EtcdError(told.error.message)
      await handle.write(Buffer.from(told.result.blob, 'base64'))
    }
    await handle.sync()
    await rename(half, file)
  } catch (error) {
    await rm(half, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

function ask(endpoint: string): Promise<IncomingMessage> {
  const url = `${endpoint}/v3/maintenance/snapshot`
  return new Promise((resolve, reject) => {
    const call = url.startsWith('https:')
      ? requestTls(url, { method: 'POST', ...etcdCredentials() }, resolve)
      : request(url, { method: 'POST' }, resolve)
    call.once('error', (error) => reject(new EtcdError(error.message)))
    call.end('{}')
  })
}
