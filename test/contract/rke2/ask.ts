import type { SandboxNode } from './sandbox.ts'

// Questions to a node of the sandbox, each asked on the node itself.

const TLS = '/var/lib/rancher/rke2/server/tls'
const as = (certificate: string) =>
  `--cacert ${TLS}/server-ca.crt --cert ${TLS}/${certificate}.crt --key ${TLS}/${certificate}.key`

export interface Answer {
  /** 0 when nobody answered, or not to the end. */
  status: number
  type: string
  body: string
}

/** `credentials` are curl's arguments. */
export function http(node: SandboxNode, url: string, credentials = '', seconds = 5): Answer {
  // By any other name than curl's: an API server indents its answers for that one.
  const told = node.bash(
    `curl -sk -A row -m ${seconds} ${credentials} -w '\\n%{exitcode} %{http_code} %{content_type}' '${url}' || true`,
  )
  const end = told.lastIndexOf('\n')
  const [failed, status, ...type] = told.slice(end + 1).split(' ')
  return { status: failed === '0' ? Number(status) : 0, type: type.join(' '), body: told.slice(0, end) }
}

export const supervisor = (node: SandboxNode, path: string, credentials = '', seconds = 5): Answer =>
  http(node, `https://127.0.0.1:9345${path}`, credentials, seconds)

/** 6443 of this node as an administrator. */
export const api = (node: SandboxNode, path: string, more = ''): Answer =>
  http(node, `https://127.0.0.1:6443${path}`, `${as('client-admin')} ${more}`)

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastHeartbeatTime: string
  lastTransitionTime: string
}

export interface Item {
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    finalizers?: string[]
  }
  spec: Record<string, unknown>
  /** A Node that has just been made has none. */
  status: { conditions?: Condition[] }
  type?: string
}

/** Undefined when the API gave no list. */
export function list(node: SandboxNode, path: string): Item[] | undefined {
  const { status, body } = api(node, path)
  return status === 200 ? (JSON.parse(body) as { items: Item[] }).items : undefined
}

export const nodesSeenBy = (node: SandboxNode): Item[] => list(node, '/api/v1/nodes') ?? []

export const nodeNamed = (seenBy: SandboxNode, name: string): Item | undefined =>
  nodesSeenBy(seenBy).find(({ metadata }) => metadata.name === name)

/** Status of a condition of a Node, or undefined. */
export const condition = (item: Item | undefined, type: string) =>
  item?.status.conditions?.find((one) => one.type === type)

export interface Member {
  ID: string
  name?: string
  isLearner?: boolean
}

/** Etcd's members, as this node's own member knows them; empty when it doesn't answer. */
export function members(node: SandboxNode): Member[] {
  const { status, body } = http(
    node,
    'https://127.0.0.1:2382/v3/cluster/member/list',
    `--cacert ${TLS}/etcd/server-ca.crt --cert ${TLS}/etcd/client.crt --key ${TLS}/etcd/client.key -d '{}'`,
  )
  return status === 200 ? (JSON.parse(body) as { members: Member[] }).members : []
}

export const isVoter = (member: Member | undefined): boolean => member !== undefined && !member.isLearner

/** `/health` of the node's own etcd, the only port without TLS. */
export const etcdHealth = (node: SandboxNode): Answer =>
  // etcd itself takes up to 7 s to find that it can't read.
  http(node, 'http://127.0.0.1:2381/health', '', 10)

/** Ports of all addresses as `*:port`, of one address as `address:port`. */
export function listening(node: SandboxNode): string[] {
  const rows = node.bash('ss -Hltn').trim().split('\n')
  return rows.map((row) => (row.split(/\s+/)[3] ?? '').replace(/^(\[::\]|0\.0\.0\.0):/, '*:')).sort()
}

export const isUp = (node: SandboxNode) => (): boolean =>
  node.bash('tail -n 40 /run/rke2.log').includes('rke2 is up and running')
