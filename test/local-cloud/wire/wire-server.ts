import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWire, type WireOptions } from '../../../src/local-cloud/wire/create-wire.ts'
import type { Handlers } from '../../../src/local-cloud/wire/service.ts'

export interface WireServer {
  endpoint: string
  close: () => Promise<void>
}

/** The one access key that a server knows unless it is given another authority. */
export const testKey = { accessKeyId: 'AKIALOCALCLOUD', secretAccessKey: 'secret/of+tests' }

const testAuthority: WireOptions['authority'] = {
  keyOf: (accessKeyId) => (accessKeyId === testKey.accessKeyId ? testKey : undefined),
  now: Date.now,
}

/** The wire on a loopback port of its own. */
export async function startWireServer(
  handlers: Handlers,
  options: Partial<WireOptions> = {},
): Promise<WireServer> {
  const wire = createWire(handlers, { authority: testAuthority, ...options })
  const server: Server = createServer((request, response) => void wire(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
