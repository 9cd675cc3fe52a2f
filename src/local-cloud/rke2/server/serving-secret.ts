import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiClient } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import { collectionPath, createUnlessThere } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'

const SECRETS = collectionPath('v1', 'Secret', 'kube-system')

/** Shares 9345's certificate with the other servers: Secret `rke2-serving`. */
export async function shareServingCertificate(api: ApiClient): Promise<void> {
  const encoded = (name: string) => readFileSync(join(paths.tls, name)).toString('base64')
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rke2-serving', namespace: 'kube-system' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': encoded('dynamic-cert.crt'), 'tls.key': encoded('dynamic-cert.key') },
  }
  await attempt(async () => void (await createUnlessThere(api, SECRETS, secret)))
}
