import type { IncomingMessage } from 'node:http'
import type { KubeObject } from '../kubernetes.ts'
import { notServed } from '../store/api-error.ts'
import { isObject, type Json, mergePatch } from '../store/merge-patch.ts'
import { asObject, mediaTypeOf } from './bodies.ts'

/**
 * The object with a merge patch applied. A strategic one says the same as long as it holds no list and no directive, which is all
 * that `kubectl label`, `annotate`, `cordon`, `rollout restart` and applying a ConfigMap send.
 * @throws ApiError 415 for every other patch.
 */
export function patchObject(request: IncomingMessage, current: KubeObject, patch: Json): KubeObject {
  const type = mediaTypeOf(request)
  const isStrategic = type === 'application/strategic-merge-patch+json'
  if (type !== 'application/merge-patch+json' && !isStrategic) throw notServed(`patches of type ${type}`, 415)
  if (isStrategic && !isPlain(patch))
    throw notServed('strategic merge patches with lists or directives in them', 415)
  return asObject(mergePatch(current as unknown as Json, patch))
}

/** Whether nothing in a strategic merge patch means something else in a merge patch. */
const isPlain = (patch: Json): boolean =>
  !Array.isArray(patch) &&
  (!isObject(patch) || Object.entries(patch).every(([key, value]) => !key.startsWith('$') && isPlain(value)))
