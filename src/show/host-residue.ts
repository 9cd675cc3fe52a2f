import { readdirSync, readFileSync } from 'node:fs'
import { PREFIX } from '../local-cloud/front/state-directory.ts'

/**
 * What this machine still holds of a process that owned a state directory below `base`: processes, mounts and files that
 * name it. A namespace lives only as long as a process or a mount in it.
 */
export function hostResidue(pid: number, base: string): string[] {
  const own = `${PREFIX}${pid}-`
  return [
    ...processesNaming(own).map((pid) => `process ${pid}`),
    ...readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(own))
      .map((line) => `mount ${line.split(' ')[1]}`),
    ...readdirSync(base)
      .filter((name) => name.startsWith(own))
      .map((name) => `directory ${base}/${name}`),
  ]
}

const processesNaming = (text: string) =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name).includes(text))

/** Nothing for a process that ended meanwhile, or is only a zombie. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
