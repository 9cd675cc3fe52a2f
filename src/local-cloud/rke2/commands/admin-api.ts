import { join } from 'node:path'
import { type ApiClient, createApiClient, readCredentials } from '../kubernetes/api-client.ts'
import { paths } from '../paths.ts'

/** This server's own API server, asked as an administrator. */
export function adminApi(): ApiClient {
  const tls = (name: string) => join(paths.tls, name)
  return createApiClient(
    readCredentials(
      'https://127.0.0.1:6443',
      tls('server-ca.crt'),
      tls('client-admin.crt'),
      tls('client-admin.key'),
    ),
  )
}
