import type { KubeObject, NodeObject, Pod } from '../kubernetes.ts'
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
  cell: (object: KubeObject, now: Date) => unknown
}

const NONE = '<none>'
const ROLE = 'node-role.kubernetes.io/'

const nameColumn: Column = { name: 'Name', cell: ({ metadata }) => metadata.name }
const ageColumn: Column = {
  name: 'Age',
  cell: ({ metadata }, now) => humanDuration(now.getTime() - Date.parse(metadata.creationTimestamp ?? '')),
}

function nodeStatus({ spec, status }: NodeObject): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state
}

const roles = ({ metadata }: KubeObject) =>
  Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(ROLE))
    .map((label) => label.slice(ROLE.length))
    .sort((a, b) => a.localeCompare(b))
    .join(',') || NONE

const address = (kind: string) => (node: NodeObject) =>
  node.status?.addresses?.find(({ type }) => type === kind)?.address ?? NONE
const info = (field: string) => (node: NodeObject) => node.status?.nodeInfo?.[field] ?? '<unknown>'

const nodeColumn = (name: string, cell: (node: NodeObject) => unknown, priority = 0): Column => ({
  name,
  priority,
  cell: (object) => cell(object as NodeObject),
})

const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  Node: [
    nameColumn,
    nodeColumn('Status', nodeStatus),
    nodeColumn('Roles', roles),
    ageColumn,
    nodeColumn('Version', info('kubeletVersion')),
    nodeColumn('Internal-IP', address('InternalIP'), 1),
    nodeColumn('External-IP', address('ExternalIP'), 1),
    nodeColumn('OS-Image', info('osImage'), 1),
    nodeColumn('Kernel-Version', info('kernelVersion'), 1),
    nodeColumn('Container-Runtime', info('containerRuntimeVersion'), 1),
  ],
  Pod: podCells.map(({ name, priority, cell }) => ({
    name,
    priority,
    cell: (object, now) => cell(object as Pod, now),
  })),
}

/** Nodes and pods as upstream prints them; of everything else name and age. */
const columnsOf = (kind: string) => columnsByKind[kind] ?? [nameColumn, ageColumn]

export const tableColumns = (kind: string): ColumnDefinition[] =>
  columnsOf(kind).map(({ name, priority = 0 }) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority,
  }))

/** The cells of an object's row, in the order of `tableColumns`. */
export const tableRow = (object: KubeObject, now: Date): unknown[] =>
  columnsOf(object.kind).map(({ cell }) => cell(object, now) ?? null)
