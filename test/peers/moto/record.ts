import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOf } from '../../../src/local-cloud/action.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import { AwsFault, type Handler, type Handlers } from '../../../src/local-cloud/wire/service.ts'
import { startLocalCloud } from '../../../src/show/local-cloud-process.ts'
import { runAction } from '../../../src/show/run-action.ts'
import { type SdkService, sdkSender } from '../../local-cloud/wire/sdk-clients.ts'
import { startWireServer } from '../../local-cloud/wire/wire-server.ts'
import { condensed, type RecordedStep } from './conversation.ts'

// Records what the actions say to AWS in a whole chain and its teardown: they call a wire of ours, which hands each call on
// to a local cloud with real machines. README.md beside this tells how to run it.

const dist = join(process.cwd(), 'dist')
const cloud = await startLocalCloud(join(dist, 'local-cloud/index.js'), [])
const { accessKeyId, secretAccessKey, endpoint, region, channelUrl, artifactUrl } = cloud.ready
const key = { accessKeyId, secretAccessKey }
const steps: RecordedStep[] = []

function passingOn(service: SdkService, operation: string): Handler {
  const send = sdkSender(service, endpoint, { credentials: key, region })
  return async (input) => {
    try {
      const output = await send(operation, input)
      steps.push({ service, operation, input, output })
      return output
    } catch (error) {
      const { name, Code: code = name, message, $metadata } = error as Error & Refusal
      steps.push({ service, operation, input, error: code })
      const status = $metadata?.httpStatusCode
      throw new AwsFault(code, message, status === undefined ? {} : { status })
    }
  }
}

interface Refusal {
  Code?: string
  $metadata?: { httpStatusCode?: number }
}

const handlers: Handlers = Object.fromEntries(
  Object.entries(operations).map(([service, names]) => [
    service,
    Object.fromEntries(names.map((name) => [name, passingOn(service as SdkService, name)])),
  ]),
)
const server = await startWireServer(handlers, {
  authority: { keyOf: (id) => (id === key.accessKeyId ? key : undefined), now: Date.now },
})
const directory = mkdtempSync(join(tmpdir(), 'rke2-action-record-'))
const act = async (door: string, inputs: Record<string, string>) => {
  const { exitCode } = await runAction({
    door: join(dist, door, 'index.js'),
    inputs: { 'cluster-name': 'demo', ...inputs },
    env: environmentOf({ ...cloud.ready, endpoint: server.endpoint }),
    directory,
    signal: new AbortController().signal,
    onLine: console.log,
  })
  if (exitCode !== 0) throw new Error(`${door} ended with ${exitCode}`)
}
try {
  const size = { servers: '3', agents: '1', wireguard: 'false' }
  await act('cluster', { ...size, 'channel-url': channelUrl, 'artifact-url': artifactUrl })
  await act('teardown', {})
} finally {
  rmSync(directory, { recursive: true, force: true })
  await server.close()
  await cloud.stop()
}
const file = join(process.cwd(), 'test/peers/moto/conversation.jsonl')
writeFileSync(
  file,
  condensed(steps)
    .map((step) => `${JSON.stringify(step)}\n`)
    .join(''),
)
