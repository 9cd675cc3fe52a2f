/** Who may start a connection. `nodes` are all nodes of the cluster, `balancer` its NLB. */
type Peer = 'nodes' | 'balancer'

export interface Opening {
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  /** First and last port; for ICMP its type and code. */
  readonly ports: readonly [number, number]
  readonly from: Peer
  readonly why: string
}

const tcp = (port: number, from: Peer, why: string): Opening => ({
  protocol: 'tcp',
  ports: [port, port],
  from,
  why,
})
const udp = (port: number, from: Peer, why: string): Opening => ({
  protocol: 'udp',
  ports: [port, port],
  from,
  why,
})

/** The two ports of the NLB: the Kubernetes API, and RKE2's supervisor where nodes register. */
export const BALANCED_PORTS = [6443, 9345] as const

/**
 * What nodes must reach on one another, from RKE2's requirements page and Cilium's. Servers and agents share one group:
 * with the embedded registry agents listen on 9345 too, and a role may be added later. 4245 is a pod's port and needs
 * no rule; 2381 listens on loopback only. Hubble's and WireGuard's stay open where they are off: install-cilium turns them
 * on in a cluster that stands, and may change no security group.
 */
export const OPENINGS: readonly Opening[] = [
  tcp(6443, 'nodes', 'Kubernetes API'),
  tcp(6443, 'balancer', 'Kubernetes API and health checks'),
  tcp(9345, 'nodes', 'RKE2 supervisor'),
  tcp(9345, 'balancer', 'RKE2 supervisor'),
  { protocol: 'tcp', ports: [2379, 2380], from: 'nodes', why: 'etcd clients and peers' },
  tcp(10250, 'nodes', 'kubelet'),
  { protocol: 'tcp', ports: [30000, 32767], from: 'nodes', why: 'NodePort services' },
  tcp(4240, 'nodes', 'Cilium health'),
  { protocol: 'icmp', ports: [8, 0], from: 'nodes', why: 'Cilium health (echo request)' },
  udp(8472, 'nodes', 'pod network (VXLAN)'),
  udp(51871, 'nodes', 'pod encryption (WireGuard)'),
  tcp(4244, 'nodes', 'Hubble'),
]
