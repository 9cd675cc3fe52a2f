import * as z from 'zod'

const path = z.string().min(1)

/** What `rke2 engine --config FILE` is given. Certificates and keys are paths of PEM files. */
export const EngineConfig = z.strictObject({
  /** Of the machine: it names the holder of a lease, as upstream's components are named. */
  hostname: z.string().min(1),
  bindAddress: z.string().default('0.0.0.0'),
  port: z.int().min(0).max(65_535),
  tls: z.strictObject({ cert: path, key: path, clientCa: path }),
  kubeletClient: z.strictObject({ cert: path, key: path, ca: path }),
  etcd: z.strictObject({ endpoint: z.url(), ca: path, cert: path, key: path }),
  clusterCidr: z.cidrv4(),
  version: z.string().regex(/^v\d+\.\d+\.\d+/),
  /** How many times faster than real Kubernetes its waiting goes; 1 is Kubernetes' own. */
  speed: z.number().positive(),
})

export type EngineConfig = z.output<typeof EngineConfig>
