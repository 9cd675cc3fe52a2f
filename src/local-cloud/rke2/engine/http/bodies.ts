import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import type { KubeObject } from '../kubernetes.ts'
import { ApiError, badRequest, notServed } from '../store/api-error.ts'
import type { DeleteOptions } from '../store/deletion.ts'
import type { Json } from '../store/merge-patch.ts'

/** As the API server's own limit for requests. */
const LIMIT_BYTES = 3 * 1024 * 1024

const Strings = z.record(z.string(), z.string())
const ObjectBody = z.looseObject({
  apiVersion: z.string().default(''),
  kind: z.string().default(''),
  metadata: z
    .looseObject({
      name: z.string().default(''),
      generateName: z.string().optional(),
      namespace: z.string().optional(),
      labels: Strings.nullish().transform((labels) => labels ?? undefined),
      annotations: Strings.nullish().transform((annotations) => annotations ?? undefined),
      finalizers: z
        .array(z.string())
        .nullish()
        .transform((finalizers) => finalizers ?? undefined),
    })
    .prefault({}),
})

const DeleteBody = z.looseObject({
  gracePeriodSeconds: z
    .int()
    .min(0)
    .nullish()
    .transform((seconds) => seconds ?? undefined),
  propagationPolicy: z.enum(['Orphan', 'Background', 'Foreground']).nullish(),
  preconditions: z.object({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
  dryRun: z.array(z.string()).optional(),
})

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LIMIT_BYTES) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${LIMIT_BYTES}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const mediaTypeOf = (request: IncomingMessage) =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''

/** @throws ApiError 415 for media types that are not known, 400 for what can't be read. */
export async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const type = mediaTypeOf(request)
  const bytes = await readBytes(request)
  if (bytes.length === 0) return undefined
  if (!/[/+]json$/.test(type)) throw notServed(`bodies of type ${type}`, 415)
  try {
    return JSON.parse(bytes.toString())
  } catch (error) {
    throw badRequest(`the body can't be read: ${(error as Error).message}`)
  }
}

/** @throws ApiError 400 naming the field that is not as it should be. */
export function asObject(body: unknown): KubeObject {
  const parsed = ObjectBody.safeParse(body)
  if (!parsed.success) throw badRequest(describe(parsed.error))
  return parsed.data
}

/** Of the body first, then of the query. @throws ApiError 400; 501 for a dry run, and for dependents that are orphaned or waited for. */
export function asDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const parsed = DeleteBody.safeParse(body ?? {})
  if (!parsed.success) throw badRequest(describe(parsed.error))
  const { dryRun = [], propagationPolicy, gracePeriodSeconds, preconditions } = parsed.data
  if (dryRun.length > 0) throw notServed('dry runs')
  const policy = propagationPolicy ?? query.get('propagationPolicy') ?? 'Background'
  if (policy !== 'Background') throw notServed(`the propagation policy ${policy}`)
  const grace = query.get('gracePeriodSeconds')
  return {
    preconditions,
    gracePeriodSeconds: gracePeriodSeconds ?? (grace === null ? undefined : Number(grace)),
  }
}

const describe = (error: z.ZodError) =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
