import type { IncomingMessage } from 'node:http'
import type { KubeObject } from '../kubernetes.ts'
import { ApiError } from '../store/api-error.ts'
import { jsonPatch } from '../store/json-patch.ts'
import { type Json, mergePatch } from '../store/merge-patch.ts'
import type { Resource } from '../store/resources.ts'
import { strategicMergePatch } from '../store/strategic-merge-patch.ts'
import { asObject, mediaTypeOf, unsupported } from './bodies.ts'

const APPLY = 'application/apply-patch+yaml'

/** The object with the patch applied, by the patch's media type. @throws ApiError 415 for one the resource does not take. */
export function patchObject(
  resource: Resource,
  request: IncomingMessage,
  current: KubeObject,
  patch: Json,
): KubeObject {
  const target = current as unknown as Json
  switch (mediaTypeOf(request)) {
    case 'application/json-patch+json':
      return asObject(jsonPatch(target, patch))
    case 'application/merge-patch+json':
      return asObject(mergePatch(target, patch))
    case 'application/strategic-merge-patch+json':
      if (resource.custom) throw unsupported('application/strategic-merge-patch+json')
      return asObject(strategicMergePatch(target, patch))
    case APPLY:
      // Fields are not tracked by their managers, so an apply adds and changes, and takes nothing away.
      return asObject(resource.custom ? mergePatch(target, patch) : strategicMergePatch(target, patch))
    default:
      throw unsupported(mediaTypeOf(request))
  }
}

/** Server-side apply of what does not exist yet creates it; for any other patch the error stands. */
export function applyObject(
  resource: Resource,
  request: IncomingMessage,
  patch: Json,
  info: { name: string | undefined; subresource: string },
  error: unknown,
): KubeObject {
  const isMissing =
    error instanceof ApiError && error.code === 404 && error.details?.['kind'] === resource.plural
  if (!isMissing || info.subresource || mediaTypeOf(request) !== APPLY) throw error
  const given = asObject(patch)
  return { ...given, metadata: { ...given.metadata, name: info.name ?? '' } }
}
