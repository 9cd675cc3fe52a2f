import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { proxyAgent } from './proxy-agent.ts'

export interface HttpAnswer {
  readonly status: number
  /** Where a redirect leads; it is not followed. */
  readonly location: string
  readonly text: string
}

/** Asks a server, through the runner's proxy where it has one: node's own fetch knows none. @throws Error when it doesn't answer in time */
export function httpRequest(
  url: string,
  options: { method: string; timeoutMs: number },
): Promise<HttpAnswer> {
  const { method, timeoutMs } = options
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const settings = {
      method,
      agent: proxyAgent(url),
      headers: { 'user-agent': 'rke2-action' },
      signal: AbortSignal.timeout(timeoutMs),
    }
    request(url, settings, (response) => answerOf(response).then(resolve, reject))
      .on('error', reject)
      .end()
  })
}

const answerOf = async (response: IncomingMessage): Promise<HttpAnswer> => ({
  status: response.statusCode ?? 0,
  location: response.headers.location ?? '',
  text: await text(response),
})
