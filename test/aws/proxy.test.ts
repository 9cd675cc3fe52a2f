import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { awsClients } from '../../src/aws/clients.ts'
import { httpRequest } from '../../src/kit/http-request.ts'
import { proxyAgent } from '../../src/kit/proxy-agent.ts'

const tunnels: string[] = []
const heads: IncomingMessage['headers'][] = []
let proxy: Server
let origin: Server
let proxyUrl = ''
let originUrl = ''

const portOf = (server: Server) => (server.address() as AddressInfo).port

/** A server, and a proxy that opens a tunnel to it wherever one asked to go: nothing leaves this machine. */
beforeAll(async () => {
  origin = createServer((_, response) => response.writeHead(302, { location: '/v1' }).end('moved'))
  proxy = createServer().on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url ?? '')
    heads.push(request.headers)
    const upstream = connect(portOf(origin), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [upstream, client]) socket.on('error', () => socket.destroy())
  })
  for (const server of [origin, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening')
  proxyUrl = `http://user:secret@127.0.0.1:${portOf(proxy)}`
  originUrl = `http://127.0.0.1:${portOf(origin)}`
})

const before = { ...process.env }
afterEach(() => {
  process.env = { ...before }
  tunnels.length = 0
})
afterAll(() => {
  for (const server of [origin, proxy]) {
    server.closeAllConnections()
    server.close()
  }
})

/** The environment of a job behind the proxy. */
const behindProxy = (more: Record<string, string> = {}) => {
  delete process.env['AWS_ENDPOINT_URL']
  Object.assign(process.env, {
    ...{ HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl },
    ...{ AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' },
    ...more,
  })
}

/** The tunnels that calls ask for. What is behind them speaks no TLS, so the calls themselves fail. */
async function tunnelsOf(region: string): Promise<string[]> {
  const { ec2, sts } = awsClients(region)
  await ec2.send(new DescribeVpcsCommand({})).catch(() => {})
  await sts.send(new GetCallerIdentityCommand({})).catch(() => {})
  return [...tunnels]
}

test('AWS is called through HTTPS_PROXY, with its user and password, each service by its own name', async () => {
  behindProxy()
  expect(await tunnelsOf('eu-west-1')).toEqual([
    'ec2.eu-west-1.amazonaws.com:443',
    'sts.eu-west-1.amazonaws.com:443',
  ])
  expect(heads.at(-1)?.['proxy-authorization']).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`)
}, 20_000)

test.each([
  ['us-east-1', 'ec2-fips.us-east-1.amazonaws.com:443'],
  ['us-gov-west-1', 'ec2.us-gov-west-1.amazonaws.com:443'],
])(
  'AWS_USE_FIPS_ENDPOINT chooses the FIPS endpoint of %s',
  async (region, endpoint) => {
    behindProxy({ AWS_USE_FIPS_ENDPOINT: 'true' })
    expect((await tunnelsOf(region))[0]).toBe(endpoint)
  },
  20_000,
)

test('China and GovCloud have names of their own', async () => {
  behindProxy()
  expect(await tunnelsOf('cn-north-1')).toEqual([
    'ec2.cn-north-1.amazonaws.com.cn:443',
    'sts.cn-north-1.amazonaws.com.cn:443',
  ])
}, 20_000)

test('what NO_PROXY names is called directly', async () => {
  behindProxy({ NO_PROXY: 'localhost,.amazonaws.com' })
  for (const url of ['https://ec2.eu-west-1.amazonaws.com', 'https://localhost:4566'])
    expect(proxyAgent(url)).toBeUndefined()
  expect(proxyAgent('https://github.com')).toBeDefined()
})

test('downloads go through the proxy too, and redirects are told, not followed', async () => {
  behindProxy()
  const url = 'http://update.example.com/channel'
  expect(await httpRequest(url, { method: 'GET', timeoutMs: 5000 })).toEqual({
    ...{ status: 302, location: '/v1', text: 'moved' },
  })
  expect(tunnels).toEqual(['update.example.com:80'])
})

test('without a proxy, and on this machine itself, nothing goes through one', async () => {
  behindProxy()
  expect((await httpRequest(`${originUrl}/x`, { method: 'GET', timeoutMs: 5000 })).status).toBe(302)
  expect(tunnels).toEqual([])
})

test('a server that does not answer in time is given up', async () => {
  const silent = createServer(() => {})
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const asked = httpRequest(`http://127.0.0.1:${portOf(silent)}/`, { method: 'GET', timeoutMs: 200 })
  await expect(asked).rejects.toThrow(/abort|timeout/i)
  silent.closeAllConnections()
  silent.close()
})
