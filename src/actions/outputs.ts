/** What every action of the chain tells the steps after it. */
export const clusterOutputs = {
  cluster: 'The cluster as JSON: name, region, endpoint. Never a secret.',
  'rke2-version': 'The exact RKE2 version, such as v1.35.4+rke2r1.',
  'expires-at': 'When the cluster may be swept, in UTC: 2026-11-21T19:00:00Z.',
} as const

export const costOutput = {
  'cost-estimate-usd':
    'What the machines, volumes, load balancer, public addresses and VPC endpoints cost from now until expires-at by AWS’s price list, in USD. Empty when prices cannot be read; the log says why.',
} as const

/** Outputs of every action that verifies. */
export const reportOutputs = {
  verdict: 'pass or fail.',
  'report-path': 'The report as JSON: every finding with its evidence, the topology, the figures of drills.',
} as const
