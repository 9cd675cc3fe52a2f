import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A handler for `createServer`. What it throws is answered as 500 and reported: one bad request must not end the cloud. */
export const requestListener =
  (handle: RequestHandler, report: (error: unknown) => void): RequestListener =>
  async (request, response) => {
    try {
      await handle(request, response)
    } catch (error) {
      report(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    }
  }
