import { Agent, request } from 'node:http'

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST'
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
  timeoutMs: number
}

export interface HttpAnswer {
  status: number
  text: string
}

const agent = new Agent({ keepAlive: true })

/**
 * One request over plain HTTP. node's own `fetch` would cost this small process ten megabytes.
 * @throws Error when there is no answer in time.
 */
export function httpText({
  method,
  url,
  headers = {},
  body = '',
  timeoutMs,
}: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(Buffer.byteLength(body)) } : {}
    const call = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`no answer from ${url} within ${timeoutMs} ms`)))
    call.on('error', reject).end(body)
  })
}
