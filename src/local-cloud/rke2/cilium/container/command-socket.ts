import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { dirname } from 'node:path'
import { json } from 'node:stream/consumers'
import * as z from 'zod'
import type { ExecResult } from '../../kubelet/runner.ts'
import { type AgentView, execInAgent } from '../exec.ts'

/** Where Cilium's own agent listens. */
const SOCKET = '/var/run/cilium/cilium.sock'

const command = z.array(z.string())
const result = z.object({ exitCode: z.number(), output: z.string() })

/** Lets other processes of the container ask what the agent knows. */
export async function serveCommands(view: AgentView, socket = SOCKET): Promise<void> {
  mkdirSync(dirname(socket), { recursive: true })
  // The directory is the node's, so that an earlier agent's may lie there.
  rmSync(socket, { force: true })
  const server = createServer(async (incoming, response) => {
    try {
      const answer = await execInAgent(command.parse(await json(incoming)), view)
      response.end(JSON.stringify(answer))
    } catch (error) {
      response.writeHead(400).end(String(error))
    }
  })
  server.listen(socket)
  await once(server, 'listening')
}

/** `cilium-dbg …` and `cilium-health …`: what the running agent answers. */
export async function askAgent(words: readonly string[], socket = SOCKET): Promise<ExecResult> {
  try {
    return result.parse(await post(words, socket))
  } catch (error) {
    return { exitCode: 1, output: `${(error as Error).message}\nIs the agent running?\n` }
  }
}

function post(words: readonly string[], socketPath: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method: 'POST' }, (response) => json(response).then(resolve, reject))
      .once('error', reject)
      .end(JSON.stringify(words))
  })
}
