import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, expect, test } from '@jest/globals'
import { systemClock } from '../../src/kit/clock.ts'
import { authorityOf } from '../../src/local-cloud/services/authority.ts'
import { createServices } from '../../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../../src/local-cloud/services/record-hypervisor.ts'
import { createWorld } from '../../src/local-cloud/world/world.ts'
import { runAction } from '../../src/show/run-action.ts'
import { startWireServer } from '../local-cloud/wire/wire-server.ts'
import { dist } from './cloud.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-proxy-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

function bridge(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one)
  for (const socket of [one, other]) socket.on('error', () => socket.destroy())
}

/** A certificate for `aws.test`, which no resolver knows: only the proxy can find the way. */
function certificate(): { key: string; cert: string } {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  const name = ['-subj', '/CN=aws.test', '-addext', 'subjectAltName=DNS:aws.test']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key, cert }
}

test('the committed bundle does its work through a proxy, TLS from end to end', async () => {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed: 200, signal: controller.signal })
  const machines = recordHypervisor({ world, answer: () => ({ exitCode: 0, stdout: '' }) })
  const aws = await startWireServer(createServices(world, machines), { authority: authorityOf(world) })
  const { key, cert } = certificate()
  const awsPort = Number(new URL(aws.endpoint).port)
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) =>
    bridge(socket, connect(awsPort, '127.0.0.1')),
  )
  const tlsPort = await listen(tls)
  const tunnels = new Set<string>()
  const proxy = createServer().on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.add(request.url ?? '')
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    bridge(client, connect(tlsPort, '127.0.0.1'))
  })
  const proxyPort = await listen(proxy)
  const lines: string[] = []
  const { exitCode } = await runAction({
    door: join(dist, 'teardown/index.js'),
    inputs: { 'cluster-name': 'demo' },
    env: {
      ...{ AWS_ENDPOINT_URL: 'https://aws.test', AWS_REGION: world.region },
      ...{ HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: cert },
      AWS_ACCESS_KEY_ID: world.userKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: world.userKey.secretAccessKey,
    },
    directory,
    signal: controller.signal,
    onLine: (line) => lines.push(line),
  })
  expect(lines.join('\n')).toContain('nothing is left: 0 instances')
  expect(exitCode).toBe(0)
  expect([...tunnels]).toEqual(['aws.test:443'])
  controller.abort()
  proxy.closeAllConnections()
  await Promise.all([aws.close(), tls.close(), proxy.close()])
}, 30_000)
