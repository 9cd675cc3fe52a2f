import { type EtcdPrograms, ensureEtcd } from './etcd.ts'
import { type Clients, ensureKubernetesClients } from './kubernetes-clients.ts'
import { ensureSystemPackages } from './system-packages.ts'

/** Absolute paths of the programs that are lent to every sandbox. */
export type Tools = Clients & EtcdPrograms

/** All the set-up that a machine needs, said line by line; quick and silent when everything is there. */
export function ensureTools(say: (line: string) => void): Tools {
  ensureSystemPackages(say)
  return { ...ensureEtcd(say), ...ensureKubernetesClients(say) }
}
