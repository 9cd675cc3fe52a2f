import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import { programFile } from '../program.ts'

/** The directory of a chart that came with the program, or nothing when the local cloud has none of that name. */
export function chartDirectory(name: string): string | undefined {
  const directory = join(dirname(programFile()), 'charts', name)
  return /^[\w-]+$/.test(name) && existsSync(directory) ? directory : undefined
}

/** The charts that RKE2 itself asks for, by its configuration. */
export function bundledCharts({ cni, disable }: Pick<NodeConfig, 'cni' | 'disable'>): string[] {
  const wanted = [...(cni === 'cilium' ? ['rke2-cilium'] : []), 'rke2-coredns', 'rke2-metrics-server']
  return wanted.filter((name) => !disable.includes(name))
}

/** Only these run before there is a network, and on tainted servers. */
export const isBootstrapChart = (name: string): boolean => name === 'rke2-cilium' || name === 'rke2-coredns'
