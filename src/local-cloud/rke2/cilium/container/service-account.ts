import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApiClient, createApiClient } from '../../kubernetes/api-client.ts'

/** Where a kubelet mounts a pod's own credentials. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The API as a pod reaches it: at the address that the chart or the kubelet put into its environment, in its account's name. */
export function accountClient(environment: NodeJS.ProcessEnv = process.env, directory = ACCOUNT): ApiClient {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  return createApiClient({
    server: `https://${host}:${port}`,
    ca: readFileSync(join(directory, 'ca.crt'), 'utf8'),
    token: readFileSync(join(directory, 'token'), 'utf8').trim(),
  })
}
