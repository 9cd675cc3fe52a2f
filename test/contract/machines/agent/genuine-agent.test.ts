import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type MachineRoom, machineSpec, openMachineRoom } from '../machine-room.ts'
import { createFakeAgentService } from './fake-agent-service.ts'

/**
 * Not the genuine agent: programs of its names that write down what they were given, and ask the metadata service for every path
 * that it was seen to ask for.
 */
const PATHS = [
  'meta-data',
  'meta-data/instance-id',
  'dynamic/instance-identity/document',
  'meta-data/iam/security-credentials/',
  'meta-data/iam/security-credentials/role',
  'identity-credentials/ec2/security-credentials/ec2-instance',
  'meta-data/placement/availability-zone',
  'meta-data/placement/availability-zone-id',
]
const AGENT = `#!/bin/bash
mkdir -p /var/lib/amazon/ssm
{
  echo "program=$0 arguments=$*"
  echo "directory=$PWD endpoint=$AWS_ENDPOINT_URL home=\${HOME-unset}"
} >>/var/lib/amazon/ssm/starts
token=$(curl -fsS -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
for path in ${PATHS.join(' ')}; do
  curl -s -o /dev/null -w "%{http_code} $path\\n" -H "x-aws-ec2-metadata-token: $token" \\
    http://169.254.169.254/latest/$path
done >/var/lib/amazon/ssm/paths
curl -fsS -X POST -H 'x-amz-target: AmazonSSM.UpdateInstanceInformation' -d '{"InstanceId":"fake"}' http://169.254.169.251/
exec sleep 1000
`
const OTHERS = ['ssm-agent-worker', 'ssm-document-worker', 'ssm-session-worker']

const service = createFakeAgentService()
const directory = mkdtempSync(join(tmpdir(), 'fake-agent-'))
let room: MachineRoom

const started = () => service.until(() => service.seen.length > 0, 20_000)
beforeAll(async () => {
  writeFileSync(join(directory, 'amazon-ssm-agent'), AGENT)
  for (const name of OTHERS) writeFileSync(join(directory, name), '#!/bin/sh\necho worker\n')
  room = await openMachineRoom((request, response) => void service.handle(request, response), {
    genuineAgent: directory,
  })
  await room.call('create', machineSpec(1))
  await started()
}, 60_000)
afterAll(async () => {
  await room.close()
  rmSync(directory, { recursive: true })
})

const inside = async (script: string) => (await room.run('i-1', script)).stdout

test('the unit starts the given program, where the package has it, in the environment that scripts need', async () => {
  expect(await inside('cat /var/lib/amazon/ssm/starts')).toBe(
    'program=/usr/bin/amazon-ssm-agent arguments=\ndirectory=/usr/bin endpoint=http://169.254.169.251 home=unset\n',
  )
  expect(await inside('systemctl is-active amazon-ssm-agent')).toBe('active\n')
  expect(await inside('pgrep -fc agent.js')).toBe('0\n')
})

test('it finds its workers beside itself', async () => {
  for (const name of OTHERS) expect(await inside(`/usr/bin/${name}`)).toBe('worker\n')
})

test('its configuration sends all it does to the local cloud, and its websocket nowhere', async () => {
  expect(JSON.parse(await inside('cat /etc/amazon/ssm/amazon-ssm-agent.json'))).toEqual({
    Agent: { Region: 'eu-west-1', SelfUpdate: false },
    Ssm: { Endpoint: 'http://169.254.169.251' },
    Mds: { Endpoint: 'http://169.254.169.251' },
    S3: { Endpoint: 'http://169.254.169.251' },
    Mgs: { Endpoint: '127.0.0.1:9' },
    Identity: { ConsumptionOrder: ['EC2'] },
  })
})

test('every path of the metadata service that it asks for is there', async () => {
  const answers = (await inside('cat /var/lib/amazon/ssm/paths')).trim().split('\n')
  expect(answers).toEqual(PATHS.map((path) => `200 ${path}`))
})

test('nothing in a machine can change the programs on the host', async () => {
  await inside('echo changed >/opt/local-cloud/ssm-agent/ssm-agent-worker')
  expect(readFileSync(join(directory, 'ssm-agent-worker'), 'utf8')).toBe('#!/bin/sh\necho worker\n')
})

test('its state is kept when the machine is stopped and started', async () => {
  await room.call('stop', 'i-1', { force: true })
  const before = service.seen.length
  await room.call('start', 'i-1')
  await service.until(() => service.seen.length > before, 20_000)
  expect((await inside('grep -c program= /var/lib/amazon/ssm/starts')).trim()).toBe('2')
}, 40_000)
