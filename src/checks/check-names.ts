/** Every check, in the order in which a report tells them: from the ground up. */
export const CHECK_NAMES = [
  'etcd',
  'api',
  'balancer',
  'leases',
  'nodes',
  'zones',
  'cilium',
  'connectivity',
  'conformance',
] as const

/** Every drill. One runs after the other. */
export const DRILL_NAMES = ['lose-one-server'] as const
