import { createHash, timingSafeEqual } from 'node:crypto'

/** Who asks: by Basic credentials or by client certificate. */
export type Identity = 'anonymous' | 'invalid' | 'agent' | 'server' | 'kubelet' | 'administrator'

export interface Secrets {
  server: string
  agent: string
}

const digest = (text: string) => createHash('sha256').update(text).digest()
const same = (left: string, right: string) => timingSafeEqual(digest(left), digest(right))

/**
 * `authorization` is the header as sent. Bearer tokens and full `K10…` tokens as a password are refused, as RKE2 refuses them.
 * `organization` is the group in a verified client certificate.
 */
export function identify(
  authorization: string | undefined,
  organization: string | undefined,
  secrets: Secrets,
): Identity {
  if (authorization === undefined) {
    if (organization === undefined) return 'anonymous'
    return organization === 'system:nodes' ? 'kubelet' : 'administrator'
  }
  const basic = /^Basic (?<encoded>.+)$/i.exec(authorization)?.groups?.['encoded']
  if (basic === undefined) return 'invalid'
  const [user = '', password = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s)
  if (user === 'server' && same(password, secrets.server)) return 'server'
  if (user === 'node' && (same(password, secrets.agent) || same(password, secrets.server))) return 'agent'
  return 'invalid'
}
