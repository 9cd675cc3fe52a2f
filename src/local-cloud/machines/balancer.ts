import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { BalancerListener } from './hypervisor.ts'

type Target = BalancerListener['targets'][number]

/** A balancer's listener as a way in from the host. */
export interface BalancerDoor {
  addresses: string[]
  port: number
  /** Unix socket that stands for the listener. */
  socket: string
}

export interface BalancerOptions {
  /** Where the Unix sockets lie. */
  directory: string
  /** Makes an address one of the router's own. */
  claimAddress: (address: string) => Promise<void>
  releaseAddress: (address: string) => Promise<void>
  onDoors: (doors: BalancerDoor[]) => void
}

export interface Balancers {
  set(listeners: readonly BalancerListener[]): Promise<void>
}

interface Running {
  listener: BalancerListener
  door: BalancerDoor
  servers: Server[]
  turn: number
  /** Open connections by target, so that they end when the target may no longer have them. */
  open: Map<Socket, Target>
}

const keyOf = ({ addresses, port }: BalancerListener) => `${addresses.join('+')}:${port}`
/** Ends a connection as the NLB does. A client at the door is on a Unix socket, which knows no reset: Node throws there. */
const reset = (client: Socket): void =>
  void (client.remoteFamily === undefined ? client.destroy() : client.resetAndDestroy())

const same = (a: Target, b: Target) => a.address === b.address && a.port === b.port

/** The balancers' data plane: a TCP proxy for each listener, on the balancer's own addresses. */
export function createBalancers({
  directory,
  claimAddress,
  releaseAddress,
  onDoors,
}: BalancerOptions): Balancers {
  const running = new Map<string, Running>()

  const open = async (key: string, listener: BalancerListener) => {
    const socket = join(directory, `${listener.addresses[0]}-${listener.port}.sock`)
    const door = { addresses: listener.addresses, port: listener.port, socket }
    const entry: Running = { listener, door, servers: [], turn: 0, open: new Map() }
    running.set(key, entry)
    await mkdir(directory, { recursive: true })
    for (const address of listener.addresses) {
      await claimAddress(address)
      entry.servers.push(
        await listen({ host: address, port: listener.port }, (client) => proxy(entry, client, address)),
      )
    }
    const first = listener.addresses[0] as string
    entry.servers.push(
      await listen({ path: socket, writableAll: true }, (client) => proxy(entry, client, first)),
    )
  }
  const close = async (key: string, entry: Running) => {
    running.delete(key)
    for (const server of entry.servers) server.close()
    for (const socket of entry.open.keys()) reset(socket)
    await rm(entry.door.socket, { force: true })
    const still = new Set([...running.values()].flatMap(({ listener }) => listener.addresses))
    for (const address of entry.listener.addresses) if (!still.has(address)) await releaseAddress(address)
  }

  return {
    async set(listeners) {
      const wanted = new Map(listeners.map((listener) => [keyOf(listener), listener]))
      for (const [key, entry] of [...running]) if (!wanted.has(key)) await close(key, entry)
      for (const [key, listener] of wanted) {
        const entry = running.get(key)
        if (entry) retarget(entry, listener)
        else await open(key, listener)
      }
      onDoors([...running.values()].map(({ door }) => door))
    },
  }
}

/** New targets for a listener. A connection to a target that has become unhealthy is reset, as the NLB's default is. */
function retarget(entry: Running, listener: BalancerListener): void {
  entry.listener = listener
  for (const [socket, target] of entry.open)
    if (!listener.targets.some((one) => same(one, target))) reset(socket)
}

function proxy(entry: Running, client: Socket, address: string): void {
  client.on('error', () => client.destroy())
  const { targets, preserveClientIp } = entry.listener
  const target = targets[entry.turn++ % targets.length]
  if (!target) return void reset(client)
  // Source and destination would be the same address: the target drops its own packets, and the client waits in vain.
  if (preserveClientIp && client.remoteAddress === target.address) return
  const upstream = connect({
    host: target.address,
    port: target.port,
    localAddress: address,
    allowHalfOpen: true,
  })
  entry.open.set(client, target)
  client.on('close', () => {
    entry.open.delete(client)
    upstream.destroy()
  })
  upstream.on('error', () => reset(client))
  upstream.on('close', () => client.destroySoon())
  client.pipe(upstream).pipe(client)
}

function listen(
  place: { host?: string; port?: number; path?: string; writableAll?: boolean },
  accept: (client: Socket) => void,
) {
  return new Promise<Server>((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, accept)
    server.once('error', reject)
    server.listen(place, () => resolve(server))
  })
}
