/** A request without the SDK, which would not send wrong ones. `scope` is the signing name in the credential scope. */
export async function post(
  endpoint: string,
  request: { scope?: string; target?: string; body: string | Record<string, string> },
): Promise<{ status: number; text: string; requestId: string | null }> {
  const { scope, target, body } = request
  const credential = `AKIALOCALCLOUD/20260102/eu-west-3/${scope}/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...(scope ? { authorization } : {}), ...(target ? { 'x-amz-target': target } : {}) },
    body: typeof body === 'string' ? body : new URLSearchParams(body),
  })
  const { status, headers } = response
  return { status, text: await response.text(), requestId: headers.get('x-amzn-requestid') }
}
