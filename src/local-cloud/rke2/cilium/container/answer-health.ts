import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  createSandbox,
  gatewayOf,
  healthAddressOf,
  inNamespace,
  unwireSandbox,
} from '../../kubelet/sandbox.ts'
import type { PeerNode } from '../datapath.ts'
import { HEALTH_PORT } from '../health.ts'
import { type Program, startProgram } from './program.ts'

const KEY = 'cilium-health'

/**
 * The node itself and an endpoint on its pod network answer on 4240, so that other nodes can tell the two ways apart. The endpoint's
 * responder ends with the agent; without it the other nodes report this one, as they should.
 */
export async function answerHealth({ ip, podCidr }: PeerNode, program: Program): Promise<void> {
  await answerHello(ip)
  // An earlier agent's namespace went with its container, its wire perhaps not yet.
  await unwireSandbox(KEY)
  const { namespace } = await createSandbox(KEY, healthAddressOf(podCidr), gatewayOf(podCidr))
  const responder = inNamespace(namespace, 'cilium-health-responder')
  spawn('nsenter', responder, { stdio: 'inherit', signal: program.signal }).once('error', (error) => {
    if (!program.signal.aborted)
      program.write(`level=error msg="No health endpoint" error="${error.message}"`)
  })
}

/** `cilium-health-responder`: answers in the network that it is started in. */
export async function runResponder(): Promise<number> {
  const { signal } = startProgram()
  await answerHello('0.0.0.0')
  await once(signal, 'abort')
  return 0
}

async function answerHello(address: string): Promise<void> {
  const server = createServer(({ url }, response) => response.writeHead(url === '/hello' ? 200 : 404).end())
  server.listen(HEALTH_PORT, address)
  await once(server, 'listening')
}
