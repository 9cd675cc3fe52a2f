import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'

export interface Relay {
  port: number
  close(): void
}

/**
 * Passes every connection to a port of the host's loopback on to a Unix socket. The socket lies in the file system, so it
 * crosses network namespaces. `port` 0 takes any.
 */
export async function openRelay(socket: string, port: number): Promise<Relay> {
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: socket, allowHalfOpen: true })
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => client.resetAndDestroy()).on('close', () => client.destroySoon())
    client.pipe(upstream).pipe(client)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}
