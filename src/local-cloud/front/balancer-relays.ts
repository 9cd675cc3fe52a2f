import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BalancerDoor } from '../machines/balancer.ts'
import { openRelay, type Relay } from './relay.ts'

/** A balancer's listener as the host reaches it. */
interface BalancerEndpoint {
  addresses: string[]
  port: number
  /** `127.0.0.1:40123` */
  endpoint: string
}

export const ENDPOINTS_FILE = 'balancers.json'

/** Keeps one loopback port for each listener, the same one as long as the listener lives, and lists them in a file. */
export function createBalancerRelays(state: string) {
  const relays = new Map<string, Relay>()
  return async (doors: readonly BalancerDoor[]): Promise<void> => {
    for (const [socket, relay] of relays) {
      if (doors.some((door) => door.socket === socket)) continue
      relay.close()
      relays.delete(socket)
    }
    const endpoints: BalancerEndpoint[] = []
    for (const { addresses, port, socket } of doors) {
      const relay = relays.get(socket) ?? (await openRelay(socket, 0))
      relays.set(socket, relay)
      endpoints.push({ addresses, port, endpoint: `127.0.0.1:${relay.port}` })
    }
    const file = join(state, ENDPOINTS_FILE)
    await writeFile(`${file}.part`, JSON.stringify(endpoints))
    await rename(`${file}.part`, file)
  }
}
