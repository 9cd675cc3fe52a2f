import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import program from './notify-sockets.py'

/** What a process has said by sd_notify(3). */
export interface Notification {
  /** The sender, as the cloud sees it; 0 when it has ended meanwhile. */
  pid: number
  /** Lines of `KEY=value`. */
  message: string
}

export interface NotifySockets {
  /** Resolves when datagrams are received at this path; at once when they are already. */
  listen(path: string, onNotification: (notification: Notification) => void): Promise<void>
  close(path: string): void
}

interface Listener {
  onNotification: (notification: Notification) => void
  listening: Promise<void>
  become: () => void
}

const Said = z.union([z.tuple([z.string(), z.int(), z.string()]), z.tuple([z.string()])])

/**
 * Notification sockets of services, received by one small helper for all machines. It is started when the first is
 * wanted, as most programs need none.
 */
export function createNotifySockets(report: (error: unknown) => void): NotifySockets {
  const listeners = new Map<string, Listener>()
  let helper: ChildProcess | undefined

  const hear = (line: string) => {
    const [path, pid, message] = Said.parse(JSON.parse(line))
    if (pid === undefined || message === undefined) listeners.get(path)?.become()
    else listeners.get(path)?.onNotification({ pid, message })
  }
  const start = () => {
    const child = spawn('python3', ['-I', '-S', '-u', '-c', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = (reason: unknown) => {
      helper = undefined
      report(new Error(`the receiver of notifications has ended: ${String(reason)}`))
      for (const { become } of listeners.values()) become()
      listeners.clear()
    }
    child.once('error', ended).once('exit', (code, signal) => ended(signal ?? code))
    child.stdin.on('error', () => {
      // Its end is told by `exit`.
    })
    createInterface({ input: child.stdout }).on('line', hear)
    return child
  }
  const order = (path: string, wanted: boolean) => {
    helper ??= start()
    helper.stdin?.write(`${JSON.stringify([path, wanted])}\n`)
  }
  return {
    listen(path, onNotification) {
      const known = listeners.get(path)
      if (known) return known.listening
      const { promise, resolve } = deferred()
      listeners.set(path, { onNotification, become: resolve, listening: promise })
      order(path, true)
      return promise
    },
    close(path) {
      if (listeners.delete(path)) order(path, false)
    },
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
