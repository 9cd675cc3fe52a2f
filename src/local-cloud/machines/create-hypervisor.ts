import { createServer } from 'node:http'
import { type BalancerDoor, createBalancers } from './balancer.ts'
import { API_ADDRESS, METADATA_ADDRESS, RESOLVER_ADDRESS } from './firewall.ts'
import type { Hypervisor } from './hypervisor.ts'
import { createMachine, type Machine } from './machine.ts'
import { createMetadataService } from './metadata-service.ts'
import { MIRROR_NAME } from './mirror.ts'
import { createQueue } from './queue.ts'
import { type RequestHandler, requestListener } from './request-listener.ts'
import { type Names, startResolver } from './resolver.ts'
import { createRouter, probeTcp } from './router.ts'
import { type Programs, prepareStore, type Store } from './store.ts'
import { createNotifySockets } from './units/notify-sockets.ts'

export interface HypervisorOptions {
  store: Store
  programs: Programs
  /** Waits inside machines are divided by it. */
  speed: number
  /** Which control plane servers start: light, upstream, or upstream where its programs are at hand (auto). */
  controlPlane: string
  /** Where the balancers' Unix sockets lie, for the front. */
  balancerDirectory: string
  onDoors: (doors: BalancerDoor[]) => void
  /** Told what went wrong behind an answered request. */
  report: (error: unknown) => void
}

/** A machine as the front shows it. */
interface MachineView {
  instanceId: string
  privateIp: string
  hostname: string
  on: boolean
  /** Its pid 1 as the cloud sees it; nothing when it is off. */
  init: number | undefined
}

export interface Cloud {
  hypervisor: Hypervisor
  machines(): MachineView[]
  names(): Names
  /** Starts what machines find at the link-local addresses; `handle` gets what they ask of the APIs and the mirror. */
  serve(handle: RequestHandler): Promise<void>
}

/** Must run in mount, network and pid namespaces of its own: it makes this network namespace the VPC's router. */
export async function createHypervisor(options: HypervisorOptions): Promise<Cloud> {
  const { store, programs, speed, controlPlane, balancerDirectory, onDoors, report } = options
  await prepareStore(store, programs, { speed, controlPlane })
  const router = createRouter()
  const balancers = createBalancers({ ...router, directory: balancerDirectory, onDoors })
  const notifySockets = createNotifySockets(report)
  const machines = new Map<string, Machine>()
  const powerOffListeners: ((instanceId: string) => void)[] = []
  const inOrder = createQueue()
  let names: Names = {}
  let links = 0
  await router.setFirewall([])

  const machineOf = (instanceId: string): Machine => {
    const machine = machines.get(instanceId)
    if (!machine) throw new Error(`there is no machine ${instanceId}`)
    return machine
  }
  const byAddress = (address: string) => [...machines.values()].find(({ spec }) => spec.privateIp === address)

  const hypervisor: Hypervisor = {
    create: (spec) =>
      inOrder(spec.instanceId, async () => {
        // It may have been a balancer's, and a health check has kept it.
        await router.releaseAddress(spec.privateIp)
        const machine = await createMachine({
          ...{ spec, store, speed, report, notifySockets },
          nextLink: () => `vm${++links}`,
          onPowerOff: () => {
            for (const listener of powerOffListeners) listener(spec.instanceId)
          },
        })
        machines.set(spec.instanceId, machine)
        await machine.powerOn()
      }),
    start: (id) => inOrder(id, () => machineOf(id).powerOn()),
    stop: (id, how) => inOrder(id, () => machineOf(id).powerOff(how)),
    destroy: (id) =>
      inOrder(id, async () => {
        const machine = machineOf(id)
        await machine.powerOff({ force: true })
        await machine.discard()
        machines.delete(id)
      }),
    consoleOutput: (id) => machines.get(id)?.console() ?? '',
    onPowerOff: (listener) => void powerOffListeners.push(listener),
    setFirewall: (rules) => inOrder('firewall', () => router.setFirewall(rules)),
    setBalancers: (listeners) => inOrder('balancers', () => balancers.set(listeners)),
    setNames(next) {
      names = { ...next, [MIRROR_NAME]: [API_ADDRESS] }
    },
    async probeTcp(probe) {
      await router.claimAddress(probe.from)
      return probeTcp(probe)
    },
  }
  hypervisor.setNames({})

  return {
    hypervisor,
    names: () => names,
    machines: () =>
      [...machines.values()].map(({ spec, init }) => ({
        ...{ instanceId: spec.instanceId, privateIp: spec.privateIp, hostname: spec.hostname },
        ...{ on: init() !== undefined, init: init() },
      })),
    async serve(handle) {
      const metadata = createMetadataService({
        now: Date.now,
        treeOf: (address) => {
          const spec = byAddress(address)?.spec
          return (
            spec && {
              ...(spec.userData === undefined ? {} : { 'user-data': spec.userData }),
              ...spec.metadata(),
            }
          )
        },
      })
      const api = createServer(requestListener(handle, report))
      await startResolver(RESOLVER_ADDRESS, () => names)
      await new Promise<void>((resolve) => metadata.listen(80, METADATA_ADDRESS, resolve))
      await new Promise<void>((resolve) => api.listen(80, API_ADDRESS, resolve))
    },
  }
}
