import * as z from 'zod'
import type { Pod } from '../kubernetes.ts'
import { badRequest } from '../store/api-error.ts'
import { boundPod } from '../store/bound-pod.ts'
import { timestamp } from '../store/objects.ts'
import { readBody } from './bodies.ts'
import type { ResourceCall } from './resource-call.ts'
import { sendJson } from './send-json.ts'

const Binding = z.looseObject({ target: z.looseObject({ name: z.string().min(1) }) })

/** POST pods/NAME/binding: what a scheduler does. @throws ApiError 409 when the pod has a node already. */
export async function bindPod({ api, resource, info, request, response }: ResourceCall): Promise<void> {
  const binding = Binding.safeParse(await readBody(request))
  if (!binding.success) throw badRequest('a binding needs target.name')
  const ref = { resource, namespace: info.namespace, name: info.name ?? '' }
  const bind = (pod: unknown) => boundPod(pod as Pod, binding.data.target.name, timestamp())
  await api.objects.update(ref, bind, { subresource: 'binding' })
  sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}
