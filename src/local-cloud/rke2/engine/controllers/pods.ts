import { createHash } from 'node:crypto'
import type { KubeObject, OwnerReference, Pod, PodTemplate } from '../kubernetes.ts'
import { holds } from '../store/conditions.ts'

/** The reference by which a controller owns an object. */
export const ownerOf = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

export const isOwnedBy = (object: KubeObject, owner: KubeObject) =>
  object.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata.uid) ??
  false

const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Neither ended nor on its way out. */
export const isActive = (pod: Pod) => !pod.metadata.deletionTimestamp && !hasEnded(pod)

export const isReady = (pod: Pod) => holds(pod.status?.conditions, 'Ready')

/** A pod of a template, owned by its controller, named after it. */
export function podFrom(template: PodTemplate, owner: KubeObject, labels: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${owner.metadata.name}-`,
      labels: { ...template.metadata?.labels, ...labels },
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [ownerOf(owner)],
    },
    spec: template.spec,
  }
}

/** Ten characters that change when the template does. */
export const templateHash = (template: PodTemplate) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(template)))
    .digest('hex')
    .slice(0, 10)

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** `25%` or a number, of `total`. */
export function absolute(
  value: number | string | undefined,
  total: number,
  round: (part: number) => number,
): number {
  if (typeof value !== 'string') return value ?? 0
  return value.endsWith('%') ? round((Number.parseInt(value, 10) / 100) * total) : Number(value)
}
