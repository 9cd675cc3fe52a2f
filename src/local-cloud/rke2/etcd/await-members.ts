import * as z from 'zod'
import { log } from '../log.ts'
import type { Supervisor } from '../supervisor/supervisor-client.ts'
import { sleep } from '../timing.ts'

/** What /db/info says: the members, as etcd lists them. */
const databaseInfo = z.object({
  members: z.array(z.object({ name: z.string(), clientURLs: z.array(z.string()) })),
})

/**
 * The members that a server to join knows of, asked again each `retryMs`: a joiner may start as soon as the first server's token is known, long
 * before that server's etcd answers.
 * @throws ZodError for an answer that is none.
 */
export async function awaitMembers(
  joining: Pick<Supervisor, 'get'>,
  retryMs: number,
): Promise<z.infer<typeof databaseInfo>['members']> {
  for (;;) {
    try {
      return databaseInfo.parse(await joining.get('/db/info')).members
    } catch (error) {
      if (error instanceof z.ZodError) throw error
      log.info(`Waiting to retrieve etcd cluster member list: ${(error as Error).message}`)
    }
    await sleep(retryMs)
  }
}
