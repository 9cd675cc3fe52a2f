import type { DaemonSet, Deployment, Job, KubeObject, Lease, NodeObject, ReplicaSet } from '../kubernetes.ts'
import type { Resource } from '../store/resources.ts'
import { humanDuration } from './human-duration.ts'
import { podCells } from './pod-cells.ts'

export interface ColumnDefinition {
  name: string
  type: string
  format: string
  description: string
  priority: number
}

interface Column {
  name: string
  /** 1: only with -o wide. */
  priority?: number
  type?: string
  cell: (object: KubeObject, now: Date) => unknown
}

const NONE = '<none>'
const joined = (list: readonly string[]) => list.join(',') || NONE

const age = (time: string | undefined, now: Date) =>
  time ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>'
const ageColumn: Column = { name: 'Age', cell: ({ metadata }, now) => age(metadata.creationTimestamp, now) }
const nameColumn: Column = { name: 'Name', cell: ({ metadata }) => metadata.name }

/** A column of objects whose shape is known. */
const column = <T extends KubeObject>(
  name: string,
  cell: (object: T, now: Date) => unknown,
  priority = 0,
): Column => ({ name, priority, cell: (object, now) => cell(object as T, now) })

const ROLE = 'node-role.kubernetes.io/'

function nodeStatus({ spec, status }: NodeObject): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state
}

const roles = ({ metadata }: KubeObject) =>
  joined(
    Object.keys(metadata.labels ?? {})
      .filter((label) => label.startsWith(ROLE))
      .map((label) => label.slice(ROLE.length))
      .sort((a, b) => a.localeCompare(b)),
  )
const address = (kind: string) => (node: NodeObject) =>
  node.status?.addresses?.find(({ type }) => type === kind)?.address ?? NONE
const info = (field: string) => (node: NodeObject) => node.status?.nodeInfo?.[field] ?? '<unknown>'

const count = (object: KubeObject, field: string) =>
  Number((object.status as Record<string, unknown> | undefined)?.[field] ?? 0)

const jobStatus = ({ status, metadata }: Job) => {
  const done = status?.conditions?.find(
    ({ status: holds, type }) => holds === 'True' && /^(Complete|Failed)$/.test(type),
  )
  return metadata.deletionTimestamp ? 'Terminating' : (done?.type ?? 'Running')
}

const field = (object: KubeObject, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object)
const keysOf = (name: string) =>
  column(
    name,
    (object) => Object.keys((field(object, name.toLowerCase()) as object | undefined) ?? {}).length,
  )

const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  Node: [
    nameColumn,
    column('Status', nodeStatus),
    column('Roles', roles),
    ageColumn,
    column('Version', info('kubeletVersion')),
    column('Internal-IP', address('InternalIP'), 1),
    column('External-IP', address('ExternalIP'), 1),
    column('OS-Image', info('osImage'), 1),
    column('Kernel-Version', info('kernelVersion'), 1),
    column('Container-Runtime', info('containerRuntimeVersion'), 1),
  ],
  Namespace: [nameColumn, column('Status', (object) => field(object, 'status.phase')), ageColumn],
  Lease: [nameColumn, column('Holder', (lease: Lease) => lease.spec?.holderIdentity ?? ''), ageColumn],
  Deployment: [
    nameColumn,
    column('Ready', (it: Deployment) => `${count(it, 'readyReplicas')}/${it.spec.replicas ?? 1}`),
    column('Up-to-date', (it) => count(it, 'updatedReplicas')),
    column('Available', (it) => count(it, 'availableReplicas')),
    ageColumn,
  ],
  ReplicaSet: [
    nameColumn,
    column('Desired', (it: ReplicaSet) => it.spec.replicas ?? 1),
    column('Current', (it) => count(it, 'replicas')),
    column('Ready', (it) => count(it, 'readyReplicas')),
    ageColumn,
  ],
  DaemonSet: [
    nameColumn,
    column('Desired', (it) => count(it, 'desiredNumberScheduled')),
    column('Current', (it) => count(it, 'currentNumberScheduled')),
    column('Ready', (it) => count(it, 'numberReady')),
    column('Up-to-date', (it) => count(it, 'updatedNumberScheduled')),
    column('Available', (it) => count(it, 'numberAvailable')),
    column('Node Selector', (it: DaemonSet) =>
      joined(
        Object.entries(it.spec.template.spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`),
      ),
    ),
    ageColumn,
  ],
  Job: [
    nameColumn,
    column('Status', jobStatus),
    column('Completions', (it: Job) => `${it.status?.succeeded ?? 0}/${it.spec.completions ?? 1}`),
    column('Duration', ({ status }: Job, now) =>
      status?.startTime
        ? age(status.startTime, status.completionTime ? new Date(status.completionTime) : now)
        : '',
    ),
    ageColumn,
  ],
  ConfigMap: [nameColumn, keysOf('Data'), ageColumn],
  Secret: [nameColumn, column('Type', (it) => field(it, 'type') ?? 'Opaque'), keysOf('Data'), ageColumn],
  Service: [
    nameColumn,
    column('Type', (it) => field(it, 'spec.type')),
    column('Cluster-IP', (it) => field(it, 'spec.clusterIP') ?? NONE),
    column('External-IP', () => NONE),
    column('Port(s)', (it) =>
      joined(
        ((field(it, 'spec.ports') ?? []) as { port: number; protocol?: string }[]).map(
          (one) => `${one.port}/${one.protocol ?? 'TCP'}`,
        ),
      ),
    ),
    ageColumn,
  ],
  Event: [
    column('Last Seen', (it, now) =>
      age(
        (field(it, 'lastTimestamp') ?? field(it, 'eventTime') ?? it.metadata.creationTimestamp) as string,
        now,
      ),
    ),
    column('Type', (it) => field(it, 'type')),
    column('Reason', (it) => field(it, 'reason')),
    column(
      'Object',
      (it) => `${String(field(it, 'involvedObject.kind')).toLowerCase()}/${field(it, 'involvedObject.name')}`,
    ),
    column('Message', (it) => field(it, 'message')),
  ],
  CustomResourceDefinition: [nameColumn, column('Created At', (it) => it.metadata.creationTimestamp)],
  Pod: podCells.map(({ name, priority, cell }) => column(name, cell, priority)),
}

function columnsOf(resource: Resource): readonly Column[] {
  if (!resource.custom?.columns.length) return columnsByKind[resource.kind] ?? [nameColumn, ageColumn]
  const own = resource.custom.columns.map(
    ({ name, type, jsonPath, priority = 0 }): Column => ({
      name,
      type,
      priority,
      cell: (object, now) => {
        const value = field(object, jsonPath.replace(/^\./, ''))
        return type === 'date' ? age(value as string | undefined, now) : value
      },
    }),
  )
  return [nameColumn, ...own]
}

export const tableColumns = (resource: Resource): ColumnDefinition[] =>
  columnsOf(resource).map(({ name, type = 'string', priority = 0 }) => ({
    name,
    type: type === 'date' ? 'string' : type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority,
  }))

/** The cells of an object's row, in the order of `tableColumns`. */
export const tableRow = (resource: Resource, object: KubeObject, now: Date): unknown[] =>
  columnsOf(resource).map(({ cell }) => cell(object, now) ?? null)
