import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { commandLine, membersOf, pidInside } from '../processes.ts'
import { requestListener } from '../request-listener.ts'
import type { Journal } from './journal.ts'
import { journalctl } from './journalctl.ts'
import { fail, type Reply, succeed, writeReply } from './reply.ts'
import { createShutdown, type PowerKind } from './shutdown.ts'
import { systemctl } from './systemctl.ts'
import { systemdRun } from './systemd-run.ts'
import type { UnitFiles } from './unit-files.ts'
import { type UnitManager, unitName } from './unit-manager.ts'

export interface ControlServer {
  manager: UnitManager
  files: UnitFiles
  journal: Journal
  hostname: string
  speed: number
  power: (kind: PowerKind) => void
  report: (error: unknown) => void
}

type Command = (args: string[], invocationId: string) => Reply | Promise<Reply>

/** What the shims of a machine talk to: one command a request, its arguments each ended by NUL. */
export function createControlServer(context: ControlServer): Server {
  const { manager, journal, hostname, speed, power } = context
  const turnOff = (kind: PowerKind) => () => {
    power(kind)
    return succeed()
  }
  const commands: Record<string, Command> = {
    systemctl: (args) => systemctl(context, args),
    journalctl: (args) => journalctl(journal, hostname, args, Date.now()),
    'systemd-run': (args) => systemdRun(context, args),
    'systemd-notify': (args, id) => notify(manager, args, id),
    'systemd-cgls': (args) => listMembers(manager, args),
    hostnamectl: (args) =>
      args.every((arg) => ['status', '--static', 'hostname'].includes(arg))
        ? succeed(args.length ? `${hostname}\n` : ` Static hostname: ${hostname}\n`)
        : fail(`the local cloud's hostnamectl does not know ${args.join(' ')}`),
    shutdown: createShutdown(speed, power),
    poweroff: turnOff('poweroff'),
    halt: turnOff('poweroff'),
    reboot: turnOff('reboot'),
  }
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const name = (request.url ?? '').slice(1)
    const args = (await readBody(request)).split('\0').slice(0, -1)
    const command = commands[name]
    const reply = command
      ? await command(args, String(request.headers['invocation-id'] ?? ''))
      : fail(`the local cloud does not know ${name}`)
    response.end(writeReply(reply))
  }
  return createServer(requestListener(handle, context.report))
}

/** `systemd-notify --ready`: the caller is known by the unit's invocation, which its processes inherit. */
function notify(manager: UnitManager, args: readonly string[], invocationId: string): Reply {
  if (args.includes('--ready') || args.includes('READY=1')) manager.byInvocation(invocationId)?.notifyReady()
  return succeed()
}

/** `systemd-cgls /system.slice/NAME`: the processes of a unit. */
async function listMembers(manager: UnitManager, args: readonly string[]): Promise<Reply> {
  const path = args.find((arg) => !arg.startsWith('-')) ?? ''
  const unit = await manager.load(unitName(path.slice(path.lastIndexOf('/') + 1)))
  if (!unit) return fail(`Failed to list cgroup tree: no such unit in ${path}`)
  const members = membersOf(unit.service.state().invocationId)
  return succeed(members.map((pid) => `├─${pidInside(pid)} ${commandLine(pid)}\n`).join(''))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
