import * as z from 'zod'
import { log } from '../log.ts'
import type { Supervisor } from '../supervisor/supervisor-client.ts'
import { sleep } from '../timing.ts'

const databaseInfo = z.object({
  /** As etcd lists them. */
  members: z.array(z.object({ name: z.string(), clientURLs: z.array(z.string()) })),
  /** Which control plane the cluster runs. */
  controlPlane: z.string().optional(),
})
export type DatabaseInfo = z.infer<typeof databaseInfo>

/**
 * What a server to join says at /db/info, asked again each `retryMs`: a joiner may start as soon as the first server's token is
 * known, long before that server's etcd answers.
 * @throws ZodError for an answer that is none.
 */
export async function awaitDatabaseInfo(
  joining: Pick<Supervisor, 'get'>,
  retryMs: number,
): Promise<DatabaseInfo> {
  for (;;) {
    try {
      return databaseInfo.parse(await joining.get('/db/info'))
    } catch (error) {
      if (error instanceof z.ZodError) throw error
      log.info(`Waiting to retrieve etcd cluster member list: ${(error as Error).message}`)
    }
    await sleep(retryMs)
  }
}
