import { EtcdError } from '../etcd/gateway.ts'
import { ApiError } from './api-client.ts'

/** Carries out one step of a controller. A refusal of the API or of etcd ends it quietly: controllers come by again. */
export async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof EtcdError)) throw error
  }
}
