import { httpText } from './http-text.ts'
import type { Signer } from './sign.ts'

/** An answer other than success. */
export class AgentApiError extends Error {
  /** As AWS names it: `AccessDeniedException`; the HTTP status where there is no name. */
  readonly code: string

  constructor(operation: string, status: number, text: string) {
    super(`${operation}: ${status} ${text.slice(0, 300)}`)
    this.name = 'AgentApiError'
    this.code = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? String(status)
  }
}

/** Whether other credentials are needed. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof AgentApiError &&
  /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|AuthorizationFailure/.test(
    error.code,
  )

export interface AwsCall {
  endpoint: string
  region: string
  service: 'ssm' | 'ec2messages'
  operation: string
  input: object
  signer: Signer
  timeoutMs?: number
}

const CALL_TIMEOUT_MS = 10_000
const PREFIXES = { ssm: 'AmazonSSM', ec2messages: 'EC2WindowsMessageDeliveryService' }

/** @throws AgentApiError, and Error when there is no answer in time */
export async function callAws({
  endpoint,
  region,
  service,
  operation,
  input,
  signer,
  timeoutMs = CALL_TIMEOUT_MS,
}: AwsCall): Promise<unknown> {
  const body = JSON.stringify(input)
  const target = `${PREFIXES[service]}.${operation}`
  const headers = signer({ service, region, target, body, host: new URL(endpoint).host, now: new Date() })
  const { status, text } = await httpText({ method: 'POST', url: `${endpoint}/`, headers, body, timeoutMs })
  if (status !== 200) throw new AgentApiError(operation, status, text)
  return JSON.parse(text || '{}')
}
