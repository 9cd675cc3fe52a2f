import type { ControlPlane } from '../control-plane/control-plane.ts'
import { type ApiClient, ApiError } from '../kubernetes/api-client.ts'
import { createUnlessThere, objectCollection } from '../kubernetes/resources.ts'
import { log } from '../log.ts'
import { sleep } from '../timing.ts'
import { writeManifest } from './static-manifests.ts'

const POLL_MS = 150

/** Lays down the static pods of the control plane and waits, as RKE2 does, until /readyz answers. */
export async function startApiServer(plane: ControlPlane, version: string, api: ApiClient): Promise<void> {
  const { 'kube-apiserver': apiServer, ...others } = plane.commands
  await plane.prepare()
  await writeManifest('kube-apiserver', version, apiServer)
  log.info('Waiting for API server to become available')
  await untilAnswered(() => api.request('GET', '/readyz'))
  // They would only exit and be started again before.
  for (const [component, command] of Object.entries(others) as [keyof typeof others, readonly string[]][])
    await writeManifest(component, version, command)
  for (const object of plane.prerequisites)
    await untilAnswered(() => createUnlessThere(api, objectCollection(object), object))
  // A kind is served a moment after its definition is accepted.
  for (const path of plane.kinds) await untilAnswered(() => api.request('GET', path))
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
    await sleep(POLL_MS)
  }
}
