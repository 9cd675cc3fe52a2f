import type { Clock } from '../../kit/clock.ts'
import type { Activation } from './activation.ts'
import { type Cipher, createCipher } from './cipher.ts'
import type { Command } from './command.ts'
import type { CustomerPolicy } from './customer-policy.ts'
import { createFaults, type Faults, type Strike } from './faults.ts'
import type { Instance } from './instance.ts'
import type { Credentials } from './instance-credentials.ts'
import type { IssuedKey } from './issued-key.ts'
import type { ClassicBalancer, Listener, LoadBalancer } from './load-balancer.ts'
import type { ManagedNode, Registration } from './managed-node.ts'
import { defaultNetwork, type Network } from './network.ts'
import type { NetworkInterface } from './network-interface.ts'
import type { Parameter } from './parameter.ts'
import type { Policy } from './policy.ts'
import type { InstanceProfile, Role } from './role.ts'
import type { RoleSession } from './role-session.ts'
import { defaultGroup, type SecurityGroup } from './security-group.ts'
import type { Snapshot } from './snapshot.ts'
import type { TargetGroup } from './target-group.ts'
import { newUserKey, type UserKey } from './user-key.ts'
import type { Volume } from './volume.ts'

interface Made {
  /** Everything that was asked, but the token. */
  request: string
  ids: readonly string[]
}

/**
 * All that the local cloud knows: one account, one region, its VPCs. Records are never changed, only replaced.
 * Nothing outlives the process.
 */
export interface World {
  readonly account: string
  readonly region: string
  readonly userKey: UserKey
  readonly clock: Clock
  /** By how much waiting is shortened; deadlines that a caller sets are not. */
  readonly speed: number
  /** Aborted when the cloud closes: everything that waits gives up. */
  readonly signal: AbortSignal
  readonly faults: Faults
  /** Whether calls above AWS's token buckets are refused. */
  readonly throttles: boolean
  /** What the account's user may do; everything when there is none. */
  readonly userPolicy: Policy | undefined
  readonly cipher: Cipher
  readonly network: Network
  /** Calls answered, by `service:Operation`. */
  readonly calls: Map<string, number>
  /** Of anything that can be tagged: by id, ARN or `parameter/<name>`. */
  readonly tags: Map<string, Readonly<Record<string, string>>>
  /** The address given last, by subnet. */
  readonly lastAddresses: Map<string, string>
  /** By operation and token. */
  readonly clientTokens: Map<string, Made>
  readonly instances: Map<string, Instance>
  readonly volumes: Map<string, Volume>
  readonly snapshots: Map<string, Snapshot>
  readonly interfaces: Map<string, NetworkInterface>
  readonly securityGroups: Map<string, SecurityGroup>
  readonly loadBalancers: Map<string, LoadBalancer>
  /** By name. */
  readonly classicBalancers: Map<string, ClassicBalancer>
  readonly listeners: Map<string, Listener>
  readonly targetGroups: Map<string, TargetGroup>
  readonly roles: Map<string, Role>
  readonly profiles: Map<string, InstanceProfile>
  /** Managed policies of the account's own, by ARN. */
  readonly policies: Map<string, CustomerPolicy>
  readonly parameters: Map<string, Parameter>
  /** What the account was granted beyond or below a default: by quota code. */
  readonly quotas: Map<string, number>
  /** The latest of a machine's role: by instance id. */
  readonly credentials: Map<string, Credentials>
  /** The latest that say which instance a machine is: by instance id. */
  readonly identityCredentials: Map<string, Credentials>
  /** Every key that a machine may still sign with: by access key id. */
  readonly keys: Map<string, IssuedKey>
  /** Of roles that were assumed: by access key id. */
  readonly sessions: Map<string, RoleSession>
  /** Services that have their own role in this account: the first balancer makes that of load balancing. */
  readonly linkedServices: Set<string>
  readonly activations: Map<string, Activation>
  /** By node id. */
  readonly registrations: Map<string, Registration>
  readonly nodes: Map<string, ManagedNode>
  readonly commands: Map<string, Command>
  /** Cancel messages not yet delivered: instance id → command ids. */
  readonly cancellations: Map<string, readonly string[]>
}

export interface WorldOptions {
  clock: Clock
  /** 1 is AWS's own pace. */
  speed: number
  signal: AbortSignal
  region?: string
  account?: string
  /** Default false. */
  throttles?: boolean
  userPolicy?: Policy | undefined
  /** Told of each fault that strikes. */
  onStrike?: (strike: Strike) => void
}

export function createWorld({
  clock,
  speed,
  signal,
  region = 'eu-west-1',
  account = '123456789012',
  throttles = false,
  userPolicy,
  onStrike,
}: WorldOptions): World {
  const network = defaultNetwork(account, region)
  return {
    account,
    region,
    userKey: newUserKey(),
    clock,
    speed,
    signal,
    network,
    faults: createFaults(onStrike),
    throttles,
    userPolicy,
    cipher: createCipher(),
    calls: new Map(),
    tags: new Map(),
    lastAddresses: new Map(),
    clientTokens: new Map(),
    instances: new Map(),
    volumes: new Map(),
    snapshots: new Map(),
    interfaces: new Map(),
    securityGroups: new Map([...network.vpcs.values()].map((vpc) => [vpc.defaultGroupId, defaultGroup(vpc)])),
    loadBalancers: new Map(),
    classicBalancers: new Map(),
    listeners: new Map(),
    targetGroups: new Map(),
    roles: new Map(),
    profiles: new Map(),
    policies: new Map(),
    parameters: new Map(),
    quotas: new Map(),
    credentials: new Map(),
    identityCredentials: new Map(),
    keys: new Map(),
    sessions: new Map(),
    linkedServices: new Set(),
    activations: new Map(),
    registrations: new Map(),
    nodes: new Map(),
    commands: new Map(),
    cancellations: new Map(),
  }
}
