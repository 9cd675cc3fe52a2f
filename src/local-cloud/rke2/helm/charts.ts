import type { NodeConfig } from '../config/node-config.ts'
import type { KubernetesObject } from '../kubernetes/api-client.ts'
import { ciliumChart } from './cilium-chart.ts'
import { corednsChart, metricsServerChart } from './core-charts.ts'

/** Charts that the local cloud can install, by their names in RKE2. */
export const charts: Readonly<Record<string, (values: unknown) => KubernetesObject[]>> = {
  'rke2-cilium': ciliumChart,
  'rke2-coredns': corednsChart,
  'rke2-metrics-server': metricsServerChart,
}

/** The charts that RKE2 itself asks for, by its configuration. */
export function bundledCharts({ cni, disable }: Pick<NodeConfig, 'cni' | 'disable'>): string[] {
  const wanted = [...(cni === 'cilium' ? ['rke2-cilium'] : []), 'rke2-coredns', 'rke2-metrics-server']
  return wanted.filter((name) => !disable.includes(name))
}

/** Only these run before there is a network, and on tainted servers. */
export const isBootstrapChart = (name: string): boolean => name === 'rke2-cilium' || name === 'rke2-coredns'
