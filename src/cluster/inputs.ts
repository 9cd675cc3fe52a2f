import * as z from 'zod'
import { capacityType, nodeGroups } from './agent-groups.ts'
import { cidrFault } from './cidr.ts'
import { valuesText } from './cilium-values.ts'
import { imageFault } from './image.ts'
import { OWN_PATH } from './names.ts'
import { networkInputs } from './network-inputs.ts'
import { serversFault } from './quorum.ts'
import { MOST_TAGS, tagFault } from './user-tags.ts'
import {
  choice,
  cidr,
  count,
  duration,
  flag,
  httpUrl,
  instanceTypes,
  judged,
  labels,
  list,
  taints,
  text,
} from './values.ts'
import { RELEASES, versionFault } from './version.ts'

const servers = z
  .union([z.number(), z.string()], { error: 'write 1, 3, 5 or 7' })
  .transform(Number)
  .superRefine((value, context) => {
    const fault = Number.isInteger(value) ? serversFault(value) : 'write 1, 3, 5 or 7'
    if (fault) context.addIssue(fault)
  })

// The load balancer's name is the cluster's with a suffix of 5 (names.ts), and AWS allows 32 characters.
const clusterName = text(
  /^(?!sg-|internal-)[a-z]([a-z0-9-]{0,25}[a-z0-9])?$/,
  'write 1 to 27 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen, and not starting with sg- or internal- (AWS refuses those)',
)

/** The word for the caller's own address in `allowed-cidrs`. */
export const RUNNER = 'runner'

/**
 * Every setting of a cluster, described once. Actions pick from these, so a name means the same everywhere;
 * defaults are written as a user would type them.
 */
export const inputs = {
  'cluster-name': clusterName.describe(
    'Name of the cluster. It is the only handle: every resource is tagged with it and found by it.',
  ),
  'aws-region': text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write an AWS region, such as eu-west-1')
    .optional()
    .describe('AWS region. Default: AWS_REGION of the job, which configure-aws-credentials sets.'),
  config: z
    .string()
    .optional()
    .describe(
      'Settings as YAML, inline or the path of a file, with the same keys as the inputs. An input that differs from its default wins over the file.',
    ),
  servers: servers.prefault('3').describe('Number of servers (control plane and etcd): 1, 3, 5 or 7.'),
  agents: count(0, 1000, 'agents')
    .prefault('3')
    .describe('Number of agents (worker nodes), 0 to 1000. More than 256 nodes need a larger cluster-cidr.'),
  'server-instance-type': instanceTypes
    .prefault('t3.large')
    .describe(
      'EC2 instance types of servers, the preferred one first: the next is taken where AWS has no room. 8 GiB or more: RKE2 itself takes about 5 GiB with workloads.',
    ),
  'agent-instance-type': instanceTypes
    .prefault('t3.large')
    .describe(
      'EC2 instance types of agents, the preferred one first. May be of another architecture than servers.',
    ),
  'agent-capacity-type': capacityType
    .prefault('on-demand')
    .describe(
      'on-demand or spot. Where no spot machine is to be had, on-demand takes its place. Servers are never spot.',
    ),
  'node-groups': nodeGroups
    .prefault('')
    .describe(
      'Agents in groups that differ, as a YAML list: name, count, instance-type, architecture, capacity-type, image, labels, taints. They take the place of agents; what a group leaves out is as the inputs say.',
    ),
  'volume-size': count(20, 16_384, 'GiB')
    .prefault('30')
    .describe(
      'Root volume of each node in GiB, no less than the image has. Data disks of an image keep their size. All are gp3, encrypted, and deleted with the node.',
    ),
  image: judged(imageFault)
    .prefault('ubuntu-24.04')
    .describe(
      'Operating system: ubuntu-24.04, ubuntu-22.04 or amazon-linux-2023, or an image id (ami-…) that has the SSM agent.',
    ),
  ...networkInputs,
  'instance-profile': text(/^[\w+=,.@-]{1,128}$/, 'write the name of an instance profile')
    .optional()
    .describe(
      'Instance profile of your own for the nodes. Default: one is made for the cluster, with the rights of the SSM agent and of this cluster’s parameters only.',
    ),
  'permissions-boundary': text(
    /^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/,
    'write the ARN of a policy: arn:aws:iam::123456789012:policy/name',
  )
    .optional()
    .describe(
      'Permissions boundary for the role that is made for the nodes, where your account asks for one.',
    ),
  'iam-path': text(
    /^(?=.{1,512}$)\/([\w+=,.@-]+\/)*$/,
    'write a path that begins and ends with a slash: /team-a/nodes/',
  )
    .prefault(OWN_PATH)
    .describe(
      'IAM path of the role and the instance profile that are made for the nodes, where your account asks for one: policies/README.md tells how its policies follow.',
    ),
  'load-balancer': choice('internal', 'internet-facing')
    .prefault('internal')
    .describe('Whether the load balancer has private or public addresses.'),
  'allowed-cidrs': list((item) => (item === RUNNER ? undefined : cidrFault(item)))
    .prefault('')
    .describe(
      'Ranges that may reach the load balancer on 6443 and 9345, besides the VPC itself; runner is the address that this job reaches the internet from.',
    ),
  'address-url': httpUrl
    .prefault('https://checkip.amazonaws.com')
    .describe(
      'Where runner in allowed-cidrs is looked up: it answers with the caller’s IPv4 address, and nothing else.',
    ),
  'health-check': choice('fast', 'classic')
    .prefault('fast')
    .describe(
      'Health checks of the load balancer: fast is every 10 s and 2 in a row, classic every 30 s and 3.',
    ),
  tags: list(tagFault)
    .refine((tags) => tags.length <= MOST_TAGS, { error: `write at most ${MOST_TAGS} tags` })
    .prefault('')
    .describe('Tags of your own on everything that is made, key=value: for bills, owners, policies.'),
  'metadata-hop-limit': count(1, 64, 'hops')
    .prefault('1')
    .describe(
      'How far an answer of the instance metadata service travels: with 1 no pod outside the host network gets the machine’s credentials. 2 is for workloads that need them.',
    ),
  ttl: duration
    .prefault('4h')
    .describe('After so long the cluster may be swept, and its machines stop by themselves.'),
  'rke2-version': judged(versionFault)
    .prefault('stable')
    .describe('RKE2 version: stable, latest, a minor such as v1.35, or exact such as v1.35.4+rke2r1.'),
  'channel-url': httpUrl
    .prefault('https://update.rke2.io/v1-release/channels')
    .describe('Where stable, latest and minors are looked up.'),
  'artifact-url': httpUrl
    .prefault(RELEASES)
    .describe('Where nodes fetch RKE2 from, as <version>/<file>: a mirror of your own for air-gap.'),
  'cluster-cidr': cidr
    .prefault('10.42.0.0/16')
    .describe('Range of pod addresses. Each node gets a /24 of it: a /16 holds 256 nodes, a /14 holds 1024.'),
  'service-cidr': cidr.prefault('10.43.0.0/16').describe('Range of service addresses.'),
  'tls-san': list((name) =>
    /^[A-Za-z0-9.:*-]+$/.test(name) ? undefined : `"${name}" is not a name or address`,
  )
    .prefault('')
    .describe(
      'More names and addresses for the API server’s certificate. The load balancer is always in it.',
    ),
  'server-taints': taints
    .prefault('CriticalAddonsOnly=true:NoExecute')
    .describe('Taints of servers, key=value:Effect; none when agents is 0, as nothing could run otherwise.'),
  'server-labels': labels.prefault('').describe('Labels of servers, key=value.'),
  'agent-labels': labels
    .prefault('')
    .describe('Labels of agents, key=value. The role label worker is always set.'),
  'agent-taints': taints.prefault('').describe('Taints of agents, key=value:Effect.'),
  join: choice('parallel', 'serial')
    .prefault('parallel')
    .describe(
      'Start the other servers together (RKE2 admits one at a time by itself), or one after another.',
    ),
  hubble: flag.prefault('true').describe('Hubble: see every network flow (relay and UI included).'),
  wireguard: flag.prefault('true').describe('Encrypt pod traffic between nodes with WireGuard.'),
  'cilium-values': valuesText
    .prefault('')
    .describe(
      'More values for the rke2-cilium chart, as YAML with the values at the root. Obsolete and misspelt keys are errors.',
    ),
  timeout: duration
    .prefault('20m')
    .describe('The longest that any one wait may take; a phase has several, one after another.'),
  'on-busy': choice('fail', 'wait')
    .prefault('fail')
    .describe(
      'When another run has the cluster of this name: fail tells which and since when, wait waits for it, as long as timeout says.',
    ),
  'hold-on-failure': duration
    .optional()
    .describe(
      'When the step fails, keep the cluster at least so long for debugging (its expires-at and the machines’ own timers move), and print how to get into each machine. Default: nothing is moved.',
    ),
}

/** Picks inputs by name, in the order given. */
export function pick<Name extends keyof typeof inputs>(...names: Name[]): Pick<typeof inputs, Name> {
  return Object.fromEntries(names.map((name) => [name, inputs[name]])) as Pick<typeof inputs, Name>
}
