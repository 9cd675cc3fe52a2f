import type { ServerResponse } from 'node:http'

export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  contentType = 'application/json',
): void {
  const said = Buffer.from(`${JSON.stringify(body)}\n`)
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': said.length,
    'cache-control': 'no-cache, private',
  })
  response.end(said)
}

export function sendText(response: ServerResponse, code: number, body: string): void {
  const said = Buffer.from(body)
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': said.length,
    'cache-control': 'no-cache, private',
    'x-content-type-options': 'nosniff',
  })
  response.end(said)
}
