import { existsSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Machine } from './node-object.ts'

const firstLine = (file: string) =>
  existsSync(file) ? (readFileSync(file, 'utf8').split('\n')[0] ?? '') : ''

/** What a kubelet tells about the machine below it. */
export function readMachine(): Machine {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return {
    cpus: cpus().length,
    memoryKib: Math.floor(totalmem() / 1024),
    machineId: firstLine('/etc/machine-id'),
    bootId: firstLine('/proc/sys/kernel/random/boot_id'),
    osImage: /^PRETTY_NAME="?(?<name>[^"\n]+)/m.exec(release)?.groups?.['name'] ?? 'Linux',
  }
}
