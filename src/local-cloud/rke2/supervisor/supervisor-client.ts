import { Agent, request } from 'node:https'
import { checkCaHash, parseToken } from '../token.ts'

/** A server at `https://host:9345`, its CA accepted and its credentials known. */
export interface Supervisor {
  url: string
  ca: string
  /** The parsed JSON answer. @throws Error with the server's own message, or Go's words for a failed connection. */
  get(path: string, headers?: Record<string, string>): Promise<unknown>
  getText(path: string): Promise<string>
}

/** Shown when the bare secret is used: nobody has checked the CA. */
const UNCHECKED_CA =
  "Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. Use the full token from the server's node-token file to enable Cluster CA validation."

/**
 * Takes the CA that the server shows, checks it against the token's hash, and speaks as `user` from then on.
 * @throws Error in RKE2's words: `failed to get CA certs: …`, `token CA hash does not match …`.
 */
export async function connectSupervisor(
  url: string,
  tokenText: string,
  user: 'server' | 'node',
  timeoutMs: number,
  warn: (message: string) => void,
): Promise<Supervisor> {
  const token = parseToken(tokenText, user)
  const ca = await fetchText(`${url}/cacerts`, {
    agent: new Agent({ rejectUnauthorized: false }),
    timeoutMs,
  }).catch((error: Error) => {
    throw new Error(`failed to get CA certs: ${error.message}`)
  })
  checkCaHash(token, ca)
  if (!token.caHash) warn(UNCHECKED_CA)
  const agent = new Agent({ ca })
  const authorization = `Basic ${Buffer.from(`${user}:${token.password}`).toString('base64')}`
  const text = (path: string, headers: Record<string, string> = {}) =>
    fetchText(`${url}${path}`, { agent, timeoutMs, headers: { authorization, ...headers } })
  return {
    url,
    ca,
    get: async (path, headers) => JSON.parse(await text(path, headers)) as unknown,
    getText: (path) => text(path),
  }
}

interface Fetch {
  agent: Agent
  timeoutMs: number
  headers?: Record<string, string>
}

function fetchText(url: string, { agent, timeoutMs, headers = {} }: Fetch): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(messageOf(body)))
      })
    })
    call.once('error', (error) => reject(new Error(`Get "${url}": ${goWords(error, url)}`)))
    call.end()
  })
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body
  } catch {
    return body
  }
}

const dialFaults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
}

/** Says what Node found in the words that Go, and so RKE2, uses: causes are recognized by them. */
function goWords(error: Error & { code?: string; address?: string; port?: number }, url: string): string {
  const { code = '', message } = error
  const host = new URL(url).hostname
  const dial = dialFaults[code]
  if (dial) return `dial tcp ${error.address ?? host}:${error.port ?? new URL(url).port}: ${dial}`
  if (code === 'ABORT_ERR')
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `tls: failed to verify certificate: x509: certificate is not valid for ${host}`
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'EOF'
  return message
}
