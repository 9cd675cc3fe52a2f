import { get } from 'node:http'
import { healthAddressOf } from '../kubelet/sandbox.ts'
import type { PeerNode } from './datapath.ts'

export const HEALTH_PORT = 4240
// A probe that has no answer by then is lost: Cilium's own limit is 30 s, for an interval of minutes.
const PROBE_LIMIT_MS = 3_000

/** One path as cilium-health prints it: no status is a good one, latency in nanoseconds. */
interface PathStatus {
  ip: string
  http: { latency?: number; status?: string }
}

export interface HealthStatus {
  local: { name: string }
  nodes: {
    name: string
    host: { 'primary-address': PathStatus }
    'health-endpoint': { 'primary-address': PathStatus }
  }[]
  timestamp: string
}

/** Asks every node twice, at its own address and at its endpoint on the pod network, all at once. */
export async function probeNodes(self: string, nodes: readonly PeerNode[]): Promise<HealthStatus> {
  const probed = nodes.map(async ({ name, ip, podCidr }) => {
    const [host, endpoint] = await Promise.all([probe(ip), probe(healthAddressOf(podCidr))])
    return { name, host: { 'primary-address': host }, 'health-endpoint': { 'primary-address': endpoint } }
  })
  return { local: { name: self }, nodes: await Promise.all(probed), timestamp: new Date().toISOString() }
}

function probe(ip: string): Promise<PathStatus> {
  const started = process.hrtime.bigint()
  const url = `http://${ip}:${HEALTH_PORT}/hello`
  return new Promise((resolve) => {
    const fail = (status: string) => resolve({ ip, http: { status } })
    const call = get(url, { agent: false, signal: AbortSignal.timeout(PROBE_LIMIT_MS) }, (response) => {
      response.resume()
      if (response.statusCode === 200)
        resolve({ ip, http: { latency: Number(process.hrtime.bigint() - started) } })
      else fail(`HTTP ${response.statusCode ?? 0}`)
    })
    call.once('error', (error) =>
      fail(
        error.name === 'AbortError'
          ? `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
          : `Get "${url}": ${error.message}`,
      ),
    )
  })
}

/** Whether every probe of `status` was answered. */
export const reachable = ({ http }: PathStatus): boolean => http.status === undefined
