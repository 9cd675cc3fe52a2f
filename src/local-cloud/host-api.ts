import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import * as z from 'zod'
import { messageOf } from '../kit/errors.ts'
import { faultSchema } from './fault-options.ts'
import { ENDPOINTS_FILE } from './front/balancer-relays.ts'
import type { Cloud } from './machines/create-hypervisor.ts'
import { type Releases, releaseOf } from './releases.ts'
import { standingIn } from './world/standing.ts'
import type { World } from './world/world.ts'

export interface HostApi {
  world: World
  cloud: Cloud
  state: string
  /** That the mirror has, newest first. */
  releases: Releases
  /** AWS's APIs. */
  aws: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

const endpoints = z.array(z.object({ addresses: z.array(z.string()), port: z.int(), endpoint: z.string() }))
/**
 * What the host reaches besides AWS's APIs: RKE2's release channels, and under `/_local-cloud/` what no AWS has, `balancers`,
 * `machines`, `standing`, `calls`, and `faults` (POST `{ "name": "throttle:RunInstances", "count": 2 }`; DELETE takes all back).
 */
export function createHostApi({ world, cloud, state, aws, releases }: HostApi) {
  const balancers = async () => {
    const known = endpoints.parse(
      JSON.parse(await readFile(join(state, ENDPOINTS_FILE), 'utf8').catch(() => '[]')),
    )
    const namesOf = (addresses: readonly string[]) =>
      Object.entries(cloud.names())
        .filter(([, of]) => of.length > 0 && of.every((address) => addresses.includes(address)))
        .map(([name]) => name)
    return known.map((one) => ({ names: namesOf(one.addresses), ...one }))
  }
  const routes: Record<string, (request: IncomingMessage) => unknown> = {
    'GET /_local-cloud/balancers': balancers,
    'GET /_local-cloud/machines': () => cloud.machines(),
    'GET /_local-cloud/standing': () => standingIn(world),
    'GET /_local-cloud/calls': () => Object.fromEntries(world.calls),
    'GET /_local-cloud/faults': () => world.faults.pending(),
    'POST /_local-cloud/faults': async (request) => {
      world.faults.inject(faultSchema.parse(await json(request)))
      return world.faults.pending()
    },
    'DELETE /_local-cloud/faults': () => {
      world.faults.clear()
      return world.faults.pending()
    },
  }
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const channel = path.match(/^\/v1-release\/channels\/([^/]+)$/)?.[1]
    if (channel !== undefined) return redirectToRelease(releaseOf(channel, releases), response)
    if (!path.startsWith('/_local-cloud/')) return aws(request, response)
    const route = routes[`${request.method} ${path}`]
    if (!route) return answer(response, 404, { error: `there is no ${request.method} ${path}` })
    try {
      answer(response, 200, await route(request))
    } catch (error) {
      answer(response, 400, { error: reasonOf(error) })
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map(({ message }) => message).join('; ')
  return messageOf(error)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}

/** As update.rke2.io does: a redirect whose last path element is the version. */
function redirectToRelease(release: string | undefined, response: ServerResponse): void {
  if (release === undefined) return void response.writeHead(404).end('no such channel\n')
  const location = `https://github.com/rancher/rke2/releases/tag/${encodeURIComponent(release)}`
  response.writeHead(302, { Location: location }).end()
}
