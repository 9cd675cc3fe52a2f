import type { Agent } from 'node:http'
import { getProxyUrl } from '@actions/http-client/lib/proxy'
import { HttpsProxyAgent } from 'https-proxy-agent'

/**
 * How to reach a server through the runner's proxy, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY as GitHub's own actions read them;
 * undefined where no proxy is asked for.
 */
export function proxyAgent(url: string): Agent | undefined {
  const proxy = getProxyUrl(new URL(url))
  // Connections stay open: a wait of minutes asks every few seconds.
  return proxy && new HttpsProxyAgent(proxy, { keepAlive: true })
}
