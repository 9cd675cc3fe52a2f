import type { NodeConfig } from '../config/node-config.ts'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import type { Component } from '../server/static-manifests.ts'
import type { Scale } from '../timing.ts'
import type { ChosenControlPlane } from './choose-control-plane.ts'
import { lightControlPlane } from './light.ts'
import { upstreamControlPlane } from './upstream.ts'

/** One server's Kubernetes, as RKE2 sees it: static pods over etcd that answer on 6443. */
export interface ControlPlane {
  kind: ChosenControlPlane['kind']
  /** What runs for each static pod; one without a command lives inside another's process. */
  commands: Readonly<Record<Exclude<Component, 'etcd'>, readonly string[]>>
  /** Writes what the commands read. */
  prepare(): Promise<void>
  /** Objects that RKE2 wants in the API before its controllers start. */
  prerequisites: readonly KubernetesObject[]
  /** Collections of kinds that these define. */
  kinds: readonly string[]
  /** What RKE2's own process does in place of a component that has no command and no process. */
  accompany(signal: AbortSignal): void
}

export interface ControlPlaneContext {
  config: NodeConfig
  version: string
  speed: number
  scale: Scale
}

/** Speaks to this server's API server with a client certificate of server/tls. */
export type ServerApi = (certificate: string) => ApiClient

export function createControlPlane(
  chosen: ChosenControlPlane,
  context: ControlPlaneContext,
  api: ServerApi,
): ControlPlane {
  return chosen.kind === 'upstream'
    ? upstreamControlPlane(chosen.programs, context, api)
    : lightControlPlane(context)
}
