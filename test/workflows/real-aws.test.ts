import { join } from 'node:path'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LocalCloudProcess, startLocalCloud } from '../../src/show/local-cloud-process.ts'
import { callOf } from './call-of.ts'
import { A_WHOLE_CHAIN, type Real, startReal } from './real.ts'
import { root, writeWorkflow } from './repositories.ts'

// The workflows that take AWS. The local cloud stands for it, started beforehand, as AWS is there beforehand. The cluster is
// small: real-fork.test.ts makes one of three servers.

let real: Real
let cloud: LocalCloudProcess
let ec2: EC2Client

beforeAll(async () => {
  real = startReal()
  cloud = await startLocalCloud(join(root, 'dist/local-cloud/index.js'), ['--control-plane', 'light'])
  const { endpoint, region, accessKeyId, secretAccessKey } = cloud.ready
  const credentials = { accessKeyId, secretAccessKey }
  ec2 = new EC2Client({ endpoint, region, credentials })
  for (const name of ['cluster-verify', 'cluster-down'])
    writeWorkflow(real.caller, `call-${name}`, callOf(name, 'by-hand'))
}, A_WHOLE_CHAIN)
afterAll(async () => {
  await cloud.stop()
  real.close()
})

const onAws = (workflow: string, event: string, inputs: Record<string, string> = {}) =>
  real.run({
    ...{ workflow, event, inputs },
    env: {
      AWS_ENDPOINT_URL: cloud.ready.endpoint,
      STAND_IN_ACCESS_KEY_ID: cloud.ready.accessKeyId,
      STAND_IN_SECRET_ACCESS_KEY: cloud.ready.secretAccessKey,
    },
  })

const create = (typed: Record<string, string>, artifactUrl = cloud.ready.artifactUrl) =>
  onAws('create-ephemeral-cluster', 'workflow_dispatch', {
    'cluster-name': 'by-hand',
    cloud: 'aws',
    servers: '1',
    agents: '1',
    'rke2-version': 'stable',
    ttl: '4h',
    teardown: 'on-failure',
    config: `channel-url: ${cloud.ready.channelUrl}\nartifact-url: ${artifactUrl}`,
    ...typed,
  })

const machines = async () => {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
    }),
  )
  return Reservations.flatMap(({ Instances = [] }) => Instances)
    .map(({ Tags = [] }) => Tags.find(({ Key }) => Key === 'Name')?.Value)
    .toSorted()
}

test(
  'create-ephemeral-cluster leaves a verified cluster',
  async () => {
    const { exitCode, jobs, log } = await create({})
    expect({ exitCode, jobs, log: exitCode ? log : '' }).toEqual({
      exitCode: 0,
      jobs: { 'up/cluster-up/up': 'success' },
      log: '',
    })
    expect(log).toContain('::set-output:: verdict=pass')
    expect(await machines()).toEqual(['by-hand-agent-1', 'by-hand-server-1'])
  },
  A_WHOLE_CHAIN,
)

test(
  'cluster-verify asks it again',
  async () => {
    const { exitCode, log, annotations } = await onAws('call-cluster-verify', 'workflow_dispatch')
    expect({ exitCode, log: exitCode ? log : '' }).toEqual({ exitCode: 0, log: '' })
    expect(annotations).toContainEqual(
      expect.stringMatching(/^notice: uploaded ha-report-by-hand-\w+-1: .*\.json/),
    )
  },
  A_WHOLE_CHAIN,
)

test(
  'scheduled-teardown takes what is past its time, and nothing else',
  async () => {
    const others = await machines()
    await runExpired(ec2)
    const dry = await onAws('scheduled-teardown', 'workflow_dispatch', { 'dry-run': 'true' })
    expect({ exitCode: dry.exitCode, log: dry.exitCode ? dry.log : '' }).toEqual({ exitCode: 0, log: '' })
    expect(dry.log).toContain('forgotten')
    expect(await machines()).toContain('forgotten-server-1')

    const { exitCode, log } = await onAws('scheduled-teardown', 'schedule')
    expect({ exitCode, log: exitCode ? log : '' }).toEqual({ exitCode: 0, log: '' })
    expect(await machines()).toEqual(others)
  },
  A_WHOLE_CHAIN,
)

test(
  'cluster-down leaves nothing, and has nothing to do the second time',
  async () => {
    const first = await onAws('call-cluster-down', 'workflow_dispatch')
    expect({ exitCode: first.exitCode, log: first.exitCode ? first.log : '' }).toEqual({
      exitCode: 0,
      log: '',
    })
    expect(await machines()).toEqual([])
    expect((await onAws('call-cluster-down', 'workflow_dispatch')).exitCode).toBe(0)
  },
  A_WHOLE_CHAIN,
)

test(
  'a cluster that fails to come up is diagnosed and taken away',
  async () => {
    const { exitCode, jobs, annotations, summary } = await create(
      { agents: '0' },
      new URL('/nowhere', cloud.ready.artifactUrl).href,
    )
    expect({ exitCode, jobs }).toEqual({
      exitCode: 1,
      jobs: { 'up/cluster-up/up': 'failure', 'up/cluster-up/teardown': 'success' },
    })
    expect(annotations).toContainEqual(
      expect.stringMatching(/^notice: uploaded diagnosis-by-hand-up-1: .*node\.log/),
    )
    expect(summary).toMatch(
      /\| by-hand-server-1 \| i-[0-9a-f]+ \| .* \| running \| \*\*the node cannot fetch RKE2\*\*/,
    )
    expect(await machines()).toEqual([])
  },
  A_WHOLE_CHAIN,
)

/** A machine of a cluster whose run was killed an hour ago. */
async function runExpired(ec2: EC2Client): Promise<void> {
  const tags = {
    Name: 'forgotten-server-1',
    'rke2-action:cluster': 'forgotten',
    'rke2-action:role': 'server',
    'rke2-action:index': '1',
    'rke2-action:expires-at': new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
  await ec2.send(
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId:
        'resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
      InstanceType: 't3.large',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  )
}
