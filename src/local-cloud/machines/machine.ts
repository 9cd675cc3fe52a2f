import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join, relative } from 'node:path'
import { createMachineCgroups } from './cgroups.ts'
import { layDisk, removeDisk } from './disk.ts'
import { enter } from './enter.ts'
import type { MachineSpec } from './hypervisor.ts'
import { pidInside, processesOf, signalAll } from './processes.ts'
import { bootSandbox, type Sandbox } from './sandbox.ts'
import type { Store } from './store.ts'
import { createControlServer } from './units/control-server.ts'
import { createJournal } from './units/journal.ts'
import type { NotifySockets } from './units/notify-sockets.ts'
import type { ServiceHost } from './units/service-host.ts'
import { createUnitFiles } from './units/unit-files.ts'
import { createUnitManager, type UnitManager } from './units/unit-manager.ts'

export interface Machine {
  spec: MachineSpec
  /** Its pid 1 as the cloud sees it; nothing when it is off. */
  init(): number | undefined
  /** Resolves when the machine is booted; its enabled units start meanwhile. */
  powerOn(): Promise<void>
  powerOff(options: { force: boolean }): Promise<void>
  /** Forgets the disk of a machine that is off. */
  discard(): Promise<void>
  console(): string
}

export interface MachineOptions {
  spec: MachineSpec
  store: Store
  speed: number
  report: (error: unknown) => void
  notifySockets: NotifySockets
  /** A name for the router's end of the cable that was never used before. */
  nextLink: () => string
  /** The guest has ended by itself. A reboot is not told. */
  onPowerOff: () => void
}

/** EC2 keeps the last 64 KB of a console. */
const CONSOLE_BYTES = 65_536
/** systemd's own limit at shutdown, milliseconds, before the rest is killed. */
const SHUTDOWN_MS = 2_000

interface Running {
  sandbox: Sandbox
  manager: UnitManager
  control: Server
}

/** One machine with its disk: laid now, booted by `powerOn`. */
export async function createMachine({
  spec,
  store,
  speed,
  report,
  notifySockets,
  nextLink,
  onPowerOff,
}: MachineOptions): Promise<Machine> {
  const disk = join(store.path, 'machines', spec.instanceId)
  const journal = createJournal(Date.now)
  let consoleText = ''
  let running: Running | undefined
  const say = (line: string) => {
    consoleText = `${consoleText}${line}\n`.slice(-CONSOLE_BYTES)
  }
  await layDisk(disk, spec, store.loan)

  const notifyPath = relative(process.cwd(), join(disk, 'control/notify'))
  const hostOf = (sandbox: Sandbox): ServiceHost => ({
    notifySocket: async () => {
      await notifySockets.listen(notifyPath, (notification) => running?.manager.notify(notification))
      return '/run/local-cloud/notify'
    },
    findProcess: (pid) => processesOf(sandbox.init).find((each) => pidInside(each) === pid),
    launch: (launch) => enter({ init: sandbox.init, groups: sandbox.groups, ...launch }),
    readFile: (path) => readFile(join(`/proc/${sandbox.init}/root`, path), 'utf8').catch(() => undefined),
    ...{ journal, speed, console: say },
  })

  const powerOn = async () => {
    const cgroups = await createMachineCgroups(store.loan?.cgroups ?? [], spec.instanceId)
    const sandbox = await bootSandbox({ spec, store, disk, cgroups, link: nextLink() })
    say(`${spec.hostname} login: `)
    const files = createUnitFiles(() => `/proc/${sandbox.init}/root`)
    const manager = createUnitManager(files, hostOf(sandbox))
    const power = (kind: 'poweroff' | 'reboot') =>
      void powerOff({ force: false }).then(() => (kind === 'reboot' ? powerOn() : onPowerOff()))
    const control = createControlServer({
      manager,
      files,
      journal,
      hostname: spec.hostname,
      speed,
      power,
      report,
    })
    const mine: Running = { sandbox, manager, control }
    running = mine
    await listenAt(control, join(disk, 'control/manager.sock'))
    void sandbox.gone.catch(report).then(() => {
      if (running !== mine) return
      forget(mine)
      onPowerOff()
    })
    await manager.startEnabled()
  }
  const forget = ({ manager, control }: Running) => {
    running = undefined
    notifySockets.close(notifyPath)
    manager.abandonAll()
    control.close()
    control.closeAllConnections()
  }
  const powerOff = async ({ force }: { force: boolean }) => {
    const mine = running
    if (!mine) return
    if (!force) await shutDown(mine)
    forget(mine)
    await mine.sandbox.cutPower()
  }

  return {
    spec,
    init: () => running?.sandbox.init,
    powerOn,
    powerOff,
    discard: () => removeDisk(disk),
    console: () => consoleText,
  }
}

/** Units first, each in its own way; then a signal to whatever is left. */
async function shutDown({ manager, sandbox }: Running): Promise<void> {
  const limit = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref())
  await Promise.race([manager.stopAll(), limit])
  signalAll(processesOf(sandbox.init), 'SIGTERM')
  for (let left = 20; left > 0 && processesOf(sandbox.init).length; left--)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

async function listenAt(server: Server, path: string): Promise<void> {
  await rm(path, { force: true })
  // The path of a socket has 107 bytes at most, and a state directory may lie deep: from the inside it is short.
  server.listen(relative(process.cwd(), path))
  await once(server, 'listening')
}
