import { httpText } from './http-text.ts'

const TIMEOUT_MS = 2_000
const TOKEN_SECONDS = 21_600

/** Reads a path below `latest/`; undefined for one that isn't there. */
export type ReadMetadata = (path: string) => Promise<string | undefined>

/** IMDSv2. @throws Error when the service does not answer */
export function openInstanceMetadata(endpoint: string): ReadMetadata {
  let known: { token: string; expires: number } | undefined
  const token = async (): Promise<string> => {
    if (known && known.expires > Date.now()) return known.token
    const { status, text } = await httpText({
      ...{ method: 'PUT', url: `${endpoint}/latest/api/token`, timeoutMs: TIMEOUT_MS },
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) },
    })
    if (status !== 200) throw new Error(`instance metadata: no token, status ${status}`)
    known = { token: text, expires: Date.now() + (TOKEN_SECONDS - 60) * 1000 }
    return text
  }
  return async (path) => {
    const { status, text } = await httpText({
      ...{ method: 'GET', url: `${endpoint}/latest/${path}`, timeoutMs: TIMEOUT_MS },
      headers: { 'x-aws-ec2-metadata-token': await token() },
    })
    if (status === 404) return undefined
    if (status !== 200) throw new Error(`instance metadata: ${path} answered ${status}`)
    return text
  }
}
