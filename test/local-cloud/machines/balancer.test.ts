import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { type BalancerDoor, createBalancers } from '../../../src/local-cloud/machines/balancer.ts'

const directory = mkdtempSync(join(tmpdir(), 'balancer-'))
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  rmSync(directory, { recursive: true, force: true })
})

/** A target that does this with each connection. */
async function startTarget(accept: (socket: Socket) => void): Promise<{ address: string; port: number }> {
  const server: Server = createServer(accept).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

/** A balancer on one target, and its door for the host. */
async function startBalancer(target: { address: string; port: number }) {
  let doors: BalancerDoor[] = []
  const nothing = () => Promise.resolve()
  const balancers = createBalancers({
    directory,
    claimAddress: nothing,
    releaseAddress: nothing,
    onDoors: (some) => {
      doors = some
    },
  })
  const set = (targets: { address: string; port: number }[]) =>
    balancers.set([{ addresses: ['127.0.0.9'], port: 6443, targets, preserveClientIp: false }])
  await set([target])
  ends.push(() => balancers.set([]))
  return { balancers, set, door: doors[0]?.socket ?? '' }
}

// A TypeError that nobody catches would end this process, as it would the cloud.
test('a target that resets a connection through the door of the host ends that connection, and nothing else', async () => {
  const { door } = await startBalancer(
    await startTarget((socket) => void setTimeout(() => socket.resetAndDestroy(), 20)),
  )
  for (let round = 0; round < 2; round++) {
    const client = connect(door)
    client.on('error', () => undefined)
    await once(client, 'close')
    expect(client.destroyed).toBe(true)
  }
})

test.each([
  ['its target is taken out', (set: (targets: []) => Promise<void>) => set([])],
  ['the balancer goes', (_: unknown, all: { set: (none: []) => Promise<void> }) => all.set([])],
])('an open connection through the door ends when %s', async (_, end) => {
  const accepted: Socket[] = []
  const { balancers, set, door } = await startBalancer(await startTarget((socket) => accepted.push(socket)))
  const client = connect(door)
  client.on('error', () => undefined)
  const closed = once(client, 'close')
  while (!accepted.length) await new Promise((resolve) => setTimeout(resolve, 10))
  await end(set, balancers)
  await closed
  expect(client.destroyed).toBe(true)
})
