import type { TLSSocket } from 'node:tls'

/** Who asks: the common name and the organizations of a verified client certificate. */
export interface Identity {
  user: string
  groups: readonly string[]
}

/** Undefined for no certificate, or one that our client CA did not sign: anonymous requests are off, as in RKE2. */
export function identify(socket: TLSSocket): Identity | undefined {
  if (!socket.authorized) return undefined
  const { CN: user, O: organizations } = socket.getPeerCertificate().subject
  if (!user) return undefined
  return { user: [user].flat()[0] ?? '', groups: organizations ? [organizations].flat() : [] }
}
