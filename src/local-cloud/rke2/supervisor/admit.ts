import type { Identity } from './identify.ts'

export type Phase = 'starting' | 'api-not-ready' | 'core-not-ready' | 'ready'

export interface Refusal {
  status: number
  message: string
}

const nodes: readonly Identity[] = ['agent', 'kubelet']
const servers: readonly Identity[] = ['server']

const roles: Readonly<Record<string, readonly Identity[]>> = {
  '/v1-rke2/readyz': nodes,
  '/v1-rke2/config': nodes,
  '/v1-rke2/apiservers': nodes,
  '/v1-rke2/client-ca.crt': nodes,
  '/v1-rke2/server-ca.crt': nodes,
  '/v1-rke2/kubelet-certificates': nodes,
  '/v1-rke2/pod-certificate': nodes,
  '/v1-rke2/server-bootstrap': servers,
  '/db/info': servers,
}

// Paths that need the API behind them: without it they can't answer anything true.
const needCore = new Set(['/v1-rke2/readyz', '/v1-rke2/kubelet-certificates', '/v1-rke2/pod-certificate'])

/** What is refused before any work is done; nothing when the request may go on (as observed on v1.35.0+rke2r1). */
export function refusal(path: string, identity: Identity, phase: Phase): Refusal | undefined {
  if (phase === 'starting') return { status: 503, message: 'starting' }
  const allowed = roles[path]
  if (allowed === undefined) return undefined
  if (identity === 'invalid') return { status: 401, message: 'not authorized' }
  if (!allowed.includes(identity)) return { status: 403, message: 'forbidden' }
  if (needCore.has(path) && phase !== 'ready') return { status: 503, message: 'runtime core not ready' }
  return undefined
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}

/** Kubernetes' Status object, as RKE2 writes it. */
export function statusBody({ status, message }: Refusal): string {
  const body = {
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message,
    reason: reasons[status] ?? 'Unknown',
    code: status,
  }
  return `${JSON.stringify(body)}\n`
}
