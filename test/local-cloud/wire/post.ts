import { signedHeaders } from './sign.ts'
import { testKey } from './wire-server.ts'

/** A request without the SDK, which would not send wrong ones. `scope` is the signing name that it is signed for. */
export async function post(
  endpoint: string,
  request: { scope?: string; target?: string; body: string | Record<string, string> },
): Promise<{ status: number; text: string; requestId: string | null }> {
  const { scope, target } = request
  const body = typeof request.body === 'string' ? request.body : new URLSearchParams(request.body).toString()
  const url = new URL('/', endpoint)
  const headers = { ...(target && { 'x-amz-target': target }) }
  const signing = { ...testKey, region: 'eu-west-3', at: new Date(), method: 'POST', url, body, headers }
  const response = await fetch(url, {
    method: 'POST',
    headers: scope === undefined ? headers : signedHeaders({ ...signing, scope }),
    body,
  })
  const { status, headers: answered } = response
  return { status, text: await response.text(), requestId: answered.get('x-amzn-requestid') }
}
