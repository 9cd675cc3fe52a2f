import * as z from 'zod'
import type { KubernetesObject } from '../kubernetes/api-client.ts'

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().default('') })).default([]),
  ports: z.array(z.looseObject({ containerPort: z.number() })).default([]),
})

const pod = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    containers: z.array(container),
    hostNetwork: z.boolean().default(false),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).default('Always'),
    serviceAccountName: z.string().default('default'),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
    })
    .optional(),
})

export type Pod = z.infer<typeof pod>
export type ContainerSpec = z.infer<typeof container>

/** The part of a Pod that this kubelet acts on. @throws ZodError for an object that is no pod. */
export const toPod = (object: KubernetesObject): Pod => pod.parse(object)

/** Whether the API says that it is ready. Not only its kubelet writes that: of a node that is away a controller says it is not. */
export const isToldReady = ({ status }: Pod): boolean =>
  status?.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false

export const isMirror = (object: KubernetesObject): boolean =>
  object.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
