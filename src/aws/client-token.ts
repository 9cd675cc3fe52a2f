import { createHash } from 'node:crypto'

/**
 * What a request says as a ClientToken (64 characters, EC2's most): the same request is answered by what was made at first,
 * and another one never meets its token, which EC2 would refuse.
 */
export const clientTokenOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex')
