import type { Role } from './nodes.ts'

/** IAM path of what is made for a cluster, unless another is asked for, and the root of its parameters. */
export const OWN_PATH = '/rke2-action/'

/** Names are made from the cluster's name alone, so that every run finds what an earlier one made. AWS's limits: NLB and target group 32, role 64. */
export const names = {
  node: (cluster: string, role: Role, index: number) => `${cluster}-${role}-${index}`,
  vpc: (cluster: string) => `${cluster}-vpc`,
  endpointsSecurityGroup: (cluster: string) => `${cluster}-endpoints`,
  loadBalancer: (cluster: string) => `${cluster}-rke2`,
  targetGroup: (cluster: string, port: number) => `${cluster}-${port}`,
  nodesSecurityGroup: (cluster: string) => `${cluster}-nodes`,
  balancerSecurityGroup: (cluster: string) => `${cluster}-balancer`,
  /** IAM is global: the region tells two clusters of one name apart. It is found by this, whatever its path. */
  role: (cluster: string, region: string) => `rke2-${cluster}-${region}`,
  parameters: (cluster: string) => `${OWN_PATH}${cluster}`,
  token: (cluster: string) => `${OWN_PATH}${cluster}/token`,
  kubeconfig: (cluster: string) => `${OWN_PATH}${cluster}/kubeconfig`,
  /** Outside of the path that nodes may read and write. No cluster's name has a dot. */
  leases: (cluster: string) => `${OWN_PATH}lease.${cluster}`,
  lease: (cluster: string, number: number) => `${OWN_PATH}lease.${cluster}/${number}`,
} as const
