import { expect, test } from '@jest/globals'
import { inputsOf } from '../../src/actions/inputs-of.ts'
import { agentGroups } from '../../src/cluster/agent-groups.ts'
import { inputs } from '../../src/cluster/inputs.ts'
import { clusterSpec } from '../../src/cluster/spec.ts'
import { readInputs } from '../../src/kit/inputs.ts'

const everyInput = inputsOf(inputs)

const environment = (given: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))

/** What a user is told who gives these inputs, as one text. */
function faultsOf(given: Record<string, string>): string {
  try {
    readInputs(everyInput, environment({ 'cluster-name': 'pr-42', ...given }))
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('a name is enough', () => {
  const given = readInputs(everyInput, environment({ 'cluster-name': 'pr-42' }))
  const read = clusterSpec(given)
  expect(read).toMatchObject({
    spec: {
      clusterName: 'pr-42',
      servers: 3,
      agents: 3,
      clusterCidr: '10.42.0.0/16',
      serverTaints: ['CriticalAddonsOnly=true:NoExecute'],
      ttl: 4 * 3600,
      timeout: 1200,
      hubble: true,
      ciliumValues: {},
    },
  })
})

test.each([
  ['servers', '4', /choose 3 or 5/],
  ['servers', 'three', /1, 3, 5 or 7/],
  ['agents', '-1', /from 0 to 1000/],
  ['cluster-name', 'Has-Upper', /lower-case/],
  ['cluster-name', 'a-name-that-is-much-too-long', /1 to 27/],
  ['cluster-name', 'internal-lb', /internal-/],
  ['cluster-cidr', '10.42.0.1/16', /did you mean 10\.42\.0\.0\/16/],
  ['cluster-cidr', '10.42.0.0', /prefix length/],
  ['server-instance-type', 'big', /t3\.large/],
  ['rke2-version', '1.35', /v1\.35/],
  ['rke2-version', 'v1.35.4', /v1\.35\.4\+rke2r1/],
  ['rke2-version', 'newest', /stable, latest/],
  ['agent-labels', 'node-role.kubernetes.io/worker=true', /role labels are set from a server/],
  ['agent-labels', 'kubernetes.io/team=a', /example\.com\/team/],
  ['agent-labels', 'team', /key=value/],
  ['server-taints', 'dedicated=x:Never', /NoSchedule/],
  ['ttl', '4 hours', /90s, 15m, 2h/],
  ['hubble', 'maybe', /true or false/],
  ['image', 'windows', /ubuntu-24\.04/],
  ['cilium-values', 'cilium: {debug: true}', /at the root/],
  ['cilium-values', 'hostServices: {enabled: true}', /socketLB\.enabled/],
  ['cilium-values', 'tunnel: vxlan', /routingMode/],
  ['cilium-values', 'kubeProxyReplacement: strict', /write true/],
  ['cilium-values', '{', /not YAML/],
  ['service-cidr', '10.42.128.0/17', /overlaps cluster-cidr/],
  ['load-balancer', 'internet-facing', /name the ranges/],
  ['subnet-ids', 'subnet-1', /"subnet-1" is not a subnet id/],
  ['allowed-cidrs', 'runner, home', /"home" is not a range/],
  ['min-zones', '0', /from 1 to 6/],
  ['vpc-cidr', '10.0.0.0/8', /from \/16 to \/24/],
  ['vpc-cidr', '10.0.0.0/28', /from \/16 to \/24/],
  ['create-vpc', 'perhaps', /true or false/],
  ['permissions-boundary', 'limit', /write the ARN of a policy/],
  ['iam-path', 'team-a/nodes/', /begins and ends with a slash/],
  ['iam-path', '/team-a', /begins and ends with a slash/],
  ['iam-path', `/${'x'.repeat(511)}/`, /begins and ends with a slash/],
  ['server-instance-type', 't3.large, big', /"big" is not an EC2 instance type/],
  ['agent-instance-type', 'none', /at least one/],
  ['agent-capacity-type', 'reserved', /on-demand/],
  ['node-groups', 'name: a', /write a list of groups/],
  ['node-groups', '- { name: a }', /group 1: count: is required/],
  ['node-groups', '- { name: a, count: 1, size: 2 }', /group 1: unknown key "size"; there are name, count/],
  ['node-groups', '[{ name: a, count: 1 }, { name: a, count: 1 }]', /two groups are called a/],
  ['node-groups', '[{ name: a, count: 600 }, { name: b, count: 600 }]', /1200 agents: 1000 at most/],
  [
    'node-groups',
    '- { name: a, count: 1, labels: "kubernetes.io/team=x" }',
    /group 1: labels: the kubelet refuses/,
  ],
  ['node-groups', '- { name: a, count: 1, taints: "x=y:Never" }', /group 1: taints: .*NoSchedule/],
  ['node-groups', '- { name: a, count: 1, architecture: riscv }', /x86_64 or arm64/],
])('%s: %s is refused', (name, value, words) => {
  expect(faultsOf({ [name]: value })).toMatch(words)
})

test.each([
  [{ 'create-vpc': 'true', 'vpc-id': 'vpc-0123456789abcdef0' }, /create-vpc: .*leave vpc-id out/],
  [{ 'create-vpc': 'true', 'subnet-ids': 'subnet-0123456789abcdef0' }, /create-vpc: .*leave subnet-ids out/],
  [{ 'create-vpc': 'true', 'create-endpoints': 'true' }, /create-endpoints: .*need no endpoints/],
  [
    { 'create-vpc': 'true', 'vpc-cidr': '10.42.0.0/16' },
    /vpc-cidr: .*overlaps cluster-cidr 10\.42\.0\.0\/16/,
  ],
  [
    { 'instance-profile': 'own', 'permissions-boundary': 'arn:aws-cn:iam::123456789012:policy/x/limit' },
    /permissions-boundary: it bounds the role that is made/,
  ],
  [{ 'instance-profile': 'own', 'iam-path': '/team-a/' }, /iam-path: it is that of the role that is made/],
])('%j contradict one another', (given, words) => {
  expect(faultsOf(given)).toMatch(words)
})

test.each<[Record<string, string>, string]>([
  [
    { 'cluster-cidr': '10.42.0.0/30' },
    'cluster-cidr: 10.42.0.0/30 holds 0 nodes, as each gets a /24 of it, and 3 servers and 3 agents are asked for: choose /21 or larger, such as 10.42.0.0/16',
  ],
  [
    { 'cluster-cidr': '10.42.0.0/22' },
    'cluster-cidr: 10.42.0.0/22 holds 4 nodes, as each gets a /24 of it, and 3 servers and 3 agents are asked for: choose /21 or larger, such as 10.42.0.0/16',
  ],
  [
    { agents: '1000' },
    'cluster-cidr: 10.42.0.0/16 holds 256 nodes, as each gets a /24 of it, and 3 servers and 1000 agents are asked for: choose /14 or larger, such as 10.32.0.0/14',
  ],
  [
    { 'node-groups': '[{ name: a, count: 200 }, { name: b, count: 54 }]' },
    'cluster-cidr: 10.42.0.0/16 holds 256 nodes, as each gets a /24 of it, and 3 servers and 254 agents are asked for: choose /15 or larger, such as 10.32.0.0/15',
  ],
  [
    { 'service-cidr': '10.43.0.0/30' },
    'service-cidr: 10.43.0.0/30 holds 4 addresses, and RKE2 gives its DNS the tenth: choose /28 or larger, such as 10.43.0.0/16',
  ],
  [
    { 'service-cidr': '11.0.0.0/8', 'rke2-version': 'v1.33' },
    'service-cidr: 11.0.0.0/8 is larger than the /12 that Kubernetes before 1.34 allows: choose /12 or smaller, such as 10.43.0.0/16',
  ],
])('%j: a range of the wrong size is refused', (given, words) => {
  expect(faultsOf(given)).toBe(`One input is not right:\n  ${words}`)
})

test.each<Record<string, string>>([
  { agents: '253' },
  { agents: '1000', 'cluster-cidr': '10.32.0.0/14' },
  { 'cluster-cidr': '10.42.0.0/24', servers: '1', agents: '0' },
  { 'service-cidr': '10.43.0.0/28' },
  { 'service-cidr': '11.0.0.0/8', 'rke2-version': 'v1.34.1+rke2r1' },
  { 'service-cidr': '10.48.0.0/12', 'rke2-version': 'v1.33' },
])('%j: a range that is just large enough is taken', (given) => {
  expect(faultsOf(given)).toBe('')
})

test('a range for a VPC that nobody makes contradicts nothing', () => {
  expect(faultsOf({ 'vpc-cidr': '10.42.0.0/16' })).toBe('')
})

test('all faults are told at once, those across inputs too', () => {
  const told = faultsOf({ servers: '2', ttl: 'long', 'service-cidr': '10.42.0.0/16', image: 'x' })
  expect(told.split('\n')).toHaveLength(5)
  for (const name of ['servers', 'ttl', 'service-cidr', 'image']) expect(told).toContain(`  ${name}: `)
})

test('groups count the agents', () => {
  const groups =
    '[{ name: arm, count: 2, instance-type: m7g.large }, { name: gpu, count: 5, labels: [gpu=yes] }]'
  const given = readInputs(everyInput, environment({ 'cluster-name': 'a', 'node-groups': groups }))
  expect(clusterSpec(given)).toMatchObject({
    spec: { agents: 7, nodeGroups: [{ name: 'arm' }, { name: 'gpu' }] },
  })
  expect(clusterSpec({ 'cluster-name': 'a' }, `node-groups: ${groups}\nagents: 7`)).toMatchObject({
    spec: { agents: 7 },
  })
  expect(faultsOf({ 'node-groups': groups, agents: '4' })).toMatch(/agents: node-groups holds 7 agents/)
})

test('a group is as the inputs say where it says nothing', () => {
  const read = clusterSpec(
    { 'cluster-name': 'a' },
    'agent-labels: a=1\nnode-groups: [{ name: x, count: 2, labels: b=2 }]',
  )
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  expect(agentGroups(read.spec)).toEqual([
    {
      name: 'x',
      count: 2,
      instanceTypes: ['t3.large'],
      architecture: undefined,
      capacityType: 'on-demand',
      image: 'ubuntu-24.04',
      labels: ['a=1', 'b=2'],
      taints: [],
    },
  ])
})

test('a list takes commas and lines, and none empties it', () => {
  const given = readInputs(
    everyInput,
    environment({ 'cluster-name': 'a', 'agent-labels': 'a=1, b=2\nc=3', 'server-taints': 'none' }),
  )
  expect(given['agent-labels']).toEqual(['a=1', 'b=2', 'c=3'])
  expect(given['server-taints']).toEqual([])
})

test('an input wins over the config file, a default does not', () => {
  const given = readInputs(everyInput, environment({ 'cluster-name': 'a', agents: '5' }))
  const read = clusterSpec(given, 'servers: 5\nagents: 10\ncilium-values: { debug: { enabled: true } }')
  expect(read).toMatchObject({ spec: { servers: 5, agents: 5, ciliumValues: { debug: { enabled: true } } } })
})

test('a config file is held to the same rules', () => {
  const told = faultsOf({ config: 'sevrers: 3\nservers: 4\ncluster-cidr: 10.43.0.0/16\n' })
  expect(told.split('\n').slice(1)).toEqual([
    '  config: unknown key "sevrers": did you mean "servers"?',
    expect.stringMatching(/^ {2}config: servers: .*choose 3 or 5/),
    expect.stringMatching(/^ {2}service-cidr: 10\.43\.0\.0\/16 overlaps cluster-cidr 10\.43/),
  ])
})

test('faults of inputs and of the config are told in one error, with those across both', () => {
  const told = faultsOf({
    servers: '2',
    'service-cidr': '10.44.0.0/16',
    config: 'foo: 1\ncluster-cidr: 10.44.0.0/16',
  })
  expect(told.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^ {2}servers: /),
    '  config: unknown key "foo"',
    expect.stringMatching(/^ {2}service-cidr: 10\.44\.0\.0\/16 overlaps/),
  ])
})

test('what a config mends is no fault across inputs', () => {
  expect(faultsOf({ agents: '1000', config: 'cluster-cidr: 10.32.0.0/13' })).toBe('')
})

test.each([
  ['{', /^ {2}config: not YAML/m],
  ['no/such.yaml', /^ {2}config: there is no file no\/such\.yaml: .*actions\/checkout/m],
  ['test', /^ {2}config: the file test cannot be read \(EISDIR\)/m],
])('a config that cannot be read is told beside the faults of inputs: %s', (config, words) => {
  const told = faultsOf({ servers: '2', config })
  expect(told).toMatch(words)
  expect(told).toMatch(/^2 inputs are not right:\n {2}servers: /)
})

test.each([
  ['servers: [1]', 'config: servers: write 1, 3, 5 or 7'],
  ['agents: {}', 'config: agents: write a whole number of agents from 0 to 1000'],
  ['ttl: 4', 'config: ttl: write a number and s, m, h or d: 90s, 15m, 2h'],
  ['join: true', 'config: join: choose parallel or serial'],
  ['rke2-version: 1.35', 'config: rke2-version: "1.35" lacks its v: write v1.35'],
  ['cluster-cidr: 10', 'config: cluster-cidr: "10" is not a range'],
  ['artifact-url: []', 'config: artifact-url: write an address that starts with https://'],
  ['vpc-id: 1', 'config: vpc-id: write a VPC id: vpc-…'],
])('a value of another kind is refused in words of ours: %s', (config, words) => {
  expect(faultsOf({ config })).toContain(`:\n  ${words}`)
})

test.each([
  ['load-balancer', 'choose internal or internet-facing'],
  ['health-check', 'choose fast or classic'],
  ['join', 'choose parallel or serial'],
  ['on-busy', 'choose fail or wait'],
  ['agent-capacity-type', 'choose on-demand or spot'],
])('%s says what there is to choose', (name, words) => {
  expect(faultsOf({ [name]: 'other' })).toBe(`One input is not right:\n  ${name}: ${words}`)
})

test('without agents servers take workloads', () => {
  expect(clusterSpec({ 'cluster-name': 'a', agents: 0 })).toMatchObject({ spec: { serverTaints: [] } })
})
