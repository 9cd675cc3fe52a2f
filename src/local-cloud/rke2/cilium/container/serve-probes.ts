import { once } from 'node:events'
import { createServer } from 'node:http'

/** Answers the chart's probes, `GET /healthz`, on loopback. @throws Error when the port is taken. */
export async function serveProbes(port: number, healthy: () => boolean): Promise<void> {
  const server = createServer(({ url = '' }, response) => {
    if (url.split('?')[0] !== '/healthz') return void response.writeHead(404).end()
    response.writeHead(healthy() ? 200 : 503).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
