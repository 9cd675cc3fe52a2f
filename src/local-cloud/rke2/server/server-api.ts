import { join } from 'node:path'
import { type ApiClient, createApiClient, readCredentials } from '../kubernetes/api-client.ts'
import { paths } from '../paths.ts'

const tls = (name: string) => join(paths.tls, name)

/** Speaks to this server's own API server as the client certificate of that name in server/tls. */
export function serverApi(certificate: string): ApiClient {
  return createApiClient(
    readCredentials(
      'https://127.0.0.1:6443',
      tls('server-ca.crt'),
      tls(`${certificate}.crt`),
      tls(`${certificate}.key`),
    ),
  )
}
