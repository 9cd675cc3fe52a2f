import { readFileSync, readlinkSync } from 'node:fs'
import { startTimeOf } from './start-time.ts'

/**
 * Names a process among those of all machines and times: boot, pid namespace, pid and start, see proc(5). Empty for one that
 * has ended, and where there is no /proc.
 */
export function processMark(pid: number = process.pid): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const started = startTimeOf(pid)
    return started === undefined ? '' : [boot, readlinkSync('/proc/self/ns/pid'), pid, started].join('/')
  } catch {
    return ''
  }
}

/** False only for a process of this very machine that has ended. */
export function mayLive(mark: string): boolean {
  const [boot, namespace, pid] = mark.split('/')
  const [ownBoot, ownNamespace] = processMark().split('/')
  if (!mark || boot !== ownBoot || namespace !== ownNamespace) return true
  return processMark(Number(pid)) === mark
}
