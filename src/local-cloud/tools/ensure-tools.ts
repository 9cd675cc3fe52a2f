import { ensureEtcd } from './etcd.ts'
import { ensureKubectl } from './kubectl.ts'
import { ensureSystemPackages } from './system-packages.ts'

/** Absolute paths of the programs that are lent to every sandbox. */
export interface Tools {
  etcd: string
  kubectl: string
}

/** All the set-up that a machine needs, said line by line; quick and silent when everything is there. */
export function ensureTools(say: (line: string) => void): Tools {
  ensureSystemPackages(say)
  return { etcd: ensureEtcd(say), kubectl: ensureKubectl(say) }
}
