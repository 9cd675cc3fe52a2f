import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import * as z from 'zod'
import { hostLoan } from '../../../src/local-cloud/machines/cgroups.ts'
import { createHypervisor } from '../../../src/local-cloud/machines/create-hypervisor.ts'
import { enter } from '../../../src/local-cloud/machines/enter.ts'
import type { MachineSpec } from '../../../src/local-cloud/machines/hypervisor.ts'

/** Serves the hypervisor's functions to a test outside, as `{ name, args }` over a Unix socket. */
const [directory = '', bundle = '', settings = '{}'] = process.argv.slice(2)
const { loan, genuineAgent } = z
  .object({ loan: hostLoan.optional(), genuineAgent: z.string() })
  .parse(JSON.parse(settings))
const poweredOff: string[] = []
let doors: unknown[] = []
const cloud = await createHypervisor({
  store: {
    path: `${directory}/store`,
    overlayOptions: '',
    loan,
  },
  programs: {
    node: process.execPath,
    ...{ kubectl: '', helm: '', etcd: '', etcdctl: '', kubernetes: {} },
    agent: { bundle, genuine: genuineAgent, region: 'eu-west-1' },
  },
  speed: 20,
  controlPlane: 'light',
  report: console.error,
  balancerDirectory: `${directory}/balancers`,
  onDoors: (next) => {
    doors = next
  },
})
cloud.hypervisor.onPowerOff((id) => poweredOff.push(id))

/** What machines ask of the APIs is answered by the test. */
const relay = (incoming: IncomingMessage, response: ServerResponse) => {
  const { method, url, headers } = incoming
  const upstream = httpRequest(
    { socketPath: `${directory}/aws.sock`, method, path: url, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    },
  )
  upstream.on('error', () => response.writeHead(503).end())
  incoming.pipe(upstream)
}
await cloud.serve(relay)

const credentials = (AccessKeyId: string) =>
  JSON.stringify({
    AccessKeyId,
    SecretAccessKey: 'nothing',
    Token: 'token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  })
const metadataOf = (spec: Omit<MachineSpec, 'metadata'>) => () => ({
  'meta-data/instance-id': spec.instanceId,
  'meta-data/placement/availability-zone': 'eu-west-1a',
  'meta-data/placement/availability-zone-id': 'euw1-az1',
  'dynamic/instance-identity/document': JSON.stringify({ region: 'eu-west-1' }),
  'meta-data/iam/security-credentials/role': credentials('ASIALOCALCLOUD000000'),
  'identity-credentials/ec2/security-credentials/ec2-instance': credentials('ASIALOCALIDENTITY000'),
})

function run(
  instanceId: string,
  script: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const init = cloud.machines().find((machine) => machine.instanceId === instanceId)?.init
  if (init === undefined) throw new Error(`${instanceId} is off`)
  const child = enter({ init, argv: ['bash', '-c', script], env: {} })
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (text: Buffer) => {
    said.stdout += text
  })
  child.stderr?.on('data', (text: Buffer) => {
    said.stderr += text
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })))
}

// biome-ignore lint/suspicious/noExplicitAny: the test names functions of the hypervisor and hands over their arguments
const functions: Record<string, (...args: any[]) => unknown> = {
  ...cloud.hypervisor,
  create: (spec: Omit<MachineSpec, 'metadata'>) =>
    cloud.hypervisor.create({ ...spec, metadata: metadataOf(spec) }),
  run,
  machines: cloud.machines,
  poweredOff: () => poweredOff,
  doors: () => doors,
}

createServer(async (request, response) => {
  const { name, args } = (await json(request)) as { name: string; args: unknown[] }
  try {
    const value = await functions[name]?.(...args)
    response.end(JSON.stringify({ value }))
  } catch (error) {
    response.end(JSON.stringify({ error: String(error) }))
  }
}).listen(`${directory}/room.sock`, () => console.log('ready'))
