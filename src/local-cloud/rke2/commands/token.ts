import * as z from 'zod'
import { collectionPath } from '../kubernetes/resources.ts'
import { FatalError } from '../log.ts'
import { adminApi } from './admin-api.ts'
import { table } from './table.ts'

const decoded = z.base64().transform((text) => Buffer.from(text, 'base64').toString('utf8'))

const bootstrapTokens = z.object({
  items: z.array(
    z.object({
      type: z.string().optional(),
      data: z
        .object({
          'token-id': decoded.default(''),
          expiration: decoded.default(''),
          description: decoded.default('<none>'),
          'auth-extra-groups': decoded.default(''),
        })
        .partial()
        .optional(),
    }),
  ),
})

const TOKEN_TYPE = 'bootstrap.kubernetes.io/token'
const HEAD = ['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS']

/** `rke2 token list`: bootstrap tokens, which RKE2 has none of until one is created. @throws FatalError for other operations. */
export async function runToken([operation = '']: readonly string[]): Promise<void> {
  if (operation !== 'list')
    throw new FatalError(`Error: the local cloud's rke2 does not know token ${operation}`)
  const { items } = bootstrapTokens.parse(
    await adminApi().request('GET', collectionPath('v1', 'Secret', 'kube-system')),
  )
  const rows = items.flatMap(({ type, data }) =>
    type === TOKEN_TYPE && data
      ? [
          [
            data['token-id'] ?? '',
            '',
            data.expiration ?? '',
            '',
            data.description ?? '',
            data['auth-extra-groups'] ?? '',
          ],
        ]
      : [],
  )
  process.stdout.write(table([HEAD, ...rows], 3, 10))
}
