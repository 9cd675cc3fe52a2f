import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The name by which nodes find the mirror of RKE2's release artifacts. */
export const MIRROR_NAME = 'mirror.local-cloud.internal'

export interface MirrorOptions {
  /** Holds `<version>/<file>`. */
  directory: string
  /** Makes a version's directory at its first request. False when there is no such version. */
  provide: (version: string) => Promise<boolean>
}

/** Serves `/rke2/<version>/<file>`, as GitHub serves release downloads: `+` written as %2B, 404 for anything unknown. */
export function createMirror({ directory, provide }: MirrorOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, version, file] =
      decodeURIComponent(request.url ?? '').match(/^\/rke2\/(v[\w.+-]+)\/([\w.+-]+)$/) ?? []
    const path = version && file && (await provide(version)) ? join(directory, version, file) : undefined
    const size = path && (await stat(path).catch(() => undefined))?.size
    if (!path || size === undefined) return void response.writeHead(404).end('Not Found\n')
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size })
    if (request.method === 'HEAD') return void response.end()
    // A node that goes away in the middle of a download is no fault of the mirror.
    await pipeline(createReadStream(path), response).catch(() => response.destroy())
  }
}
