import { createHash, randomBytes } from 'node:crypto'

/** An id as EC2 gives them: prefix and 17 hex digits, `i-0123456789abcdef0`. */
export function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`
}

/** A stable short hash for names that AWS derives, e.g. the DNS name of a load balancer. */
export function shortHash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}
