import { connect, createServer, type Socket } from 'node:net'
import { log } from '../log.ts'

export interface LoadBalancer {
  /** `host:port` of every server known; those that fail are tried last. */
  setServers(addresses: readonly string[]): void
}

// RKE2's balancer looks at its servers each second (recorded on etcd and RKE2).
const CHECK_MS = 1_000
const DIAL_MS = 1_000

/**
 * Relays TCP from 127.0.0.1:`port` to the first healthy server, and cuts the connections of one that stops answering.
 * `first` is the server of the configuration.
 */
export function startLoadBalancer(name: string, port: number, first: string): LoadBalancer {
  let servers = [first]
  const failed = new Set<string>()
  const open = new Map<Socket, string>()

  const serve = async (client: Socket) => {
    client.on('error', () => client.destroy())
    for (const address of [...servers].sort((a, b) => Number(failed.has(a)) - Number(failed.has(b)))) {
      const server = await dial(address)
      if (!server) continue
      open.set(client, address)
      client.once('close', () => {
        open.delete(client)
        server.destroy()
      })
      server.once('close', () => client.destroy())
      client.pipe(server).pipe(client)
      return
    }
    client.destroy()
  }
  const check = async (address: string) => {
    const socket = await dial(address)
    socket?.destroy()
    if (socket) failed.delete(address)
    else if (!failed.has(address)) {
      failed.add(address)
      log.info(`Server ${address}@ACTIVE->FAILED from failed health check`)
      for (const [client, to] of open) if (to === address) client.destroy()
    }
  }
  setInterval(() => {
    for (const address of servers) void check(address)
  }, CHECK_MS)
  createServer((client) => void serve(client)).listen(port, '127.0.0.1')
  log.info(`Running load balancer ${name} 127.0.0.1:${port} -> [] [default: ${first}]`)
  return {
    setServers(addresses) {
      const next = addresses.length ? [...addresses].sort((a, b) => a.localeCompare(b)) : [first]
      if (next.join() === [...servers].sort((a, b) => a.localeCompare(b)).join()) return
      servers = next
      log.info(`Updated load balancer ${name} server addresses -> [${next.join(' ')}] [default: ${first}]`)
    },
  }
}

/** A connection, or nothing when there is none within a second. */
function dial(address: string): Promise<Socket | undefined> {
  const [host = '', port] = address.split(/:(?=\d+$)/)
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) })
    const giveUp = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.setTimeout(DIAL_MS, giveUp)
    socket.once('error', giveUp)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', giveUp).on('error', () => socket.destroy())
      resolve(socket)
    })
  })
}
