/** What a machine is born with. */
export interface MachineSpec {
  instanceId: string
  /** Inside a subnet of a VPC, in a private range. */
  privateIp: string
  /** As EC2 names it: `ip-172-31-0-11`. */
  hostname: string
  /** Decoded, not base64. */
  userData: string | undefined
  /**
   * IMDS paths without `latest/`: `meta-data/instance-id` → text. Directories are derived.
   * Asked anew at each request, because credentials rotate.
   */
  metadata: () => Record<string, string>
}

/** One admission. Whatever no rule admits is dropped; answers to what was admitted pass. */
export interface FirewallRule {
  /** Private address of a machine or of a balancer's node. */
  to: string
  /** Address or CIDR. */
  from: string
  protocol: 'tcp' | 'udp' | 'icmp' | 'all'
  ports?: [number, number]
}

export interface BalancerListener {
  /** The balancer's own addresses, one a zone, inside the VPC. */
  addresses: string[]
  port: number
  /** Only those that may get connections now: health, zones and fail-open are decided by the caller. */
  targets: { address: string; port: number }[]
  /** When true, a connection whose source address equals the chosen target's hangs (hairpin loss), as on AWS. */
  preserveClientIp: boolean
}

/** Makes machines and the network between them. The services decide, this carries out. */
export interface Hypervisor {
  /** First power-on: sandbox, user data, agent. */
  create(spec: MachineSpec): Promise<void>
  start(instanceId: string): Promise<void>
  /** `force` is a power loss; else SIGTERM to all, then kill. The disk stays. */
  stop(instanceId: string, options: { force: boolean }): Promise<void>
  /** Stops and forgets the disk. */
  destroy(instanceId: string): Promise<void>
  consoleOutput(instanceId: string): string
  /** The guest shut itself down. */
  onPowerOff(listener: (instanceId: string) => void): void
  /** The whole state: default drop, stateful. */
  setFirewall(rules: readonly FirewallRule[]): Promise<void>
  /** The whole state. */
  setBalancers(listeners: readonly BalancerListener[]): Promise<void>
  /** DNS name → addresses. Any other name is NXDOMAIN. */
  setNames(names: Readonly<Record<string, string[]>>): void
  /** A balancer's health check: does a TCP handshake from `from` succeed in time? */
  probeTcp(options: { from: string; address: string; port: number; timeoutMs: number }): Promise<boolean>
}
