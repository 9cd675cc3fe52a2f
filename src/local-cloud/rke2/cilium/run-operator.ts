import { type Runner, untilStopped } from '../kubelet/runner.ts'
import { type ApiClient, ApiError } from '../kubernetes/api-client.ts'
import { lead } from '../kubernetes/lead.ts'
import { collectionPath, createUnlessThere } from '../kubernetes/resources.ts'
import { type Scale, sleep } from '../timing.ts'
import { customResourceDefinitions } from './custom-resources.ts'

const RETRY_MS = 500

/** What an operator is given by whoever runs it: our kubelet, or a container of RKE2's own chart. */
export interface OperatorHost {
  api(): Promise<ApiClient>
  /** Its name as the holder of the lease. */
  holder: string
  write(line: string): void
  scale: Scale
  signal: AbortSignal
}

/** cilium-operator in our own kubelet. */
export const runCiliumOperator: Runner = (context) => {
  const state = { ready: false }
  const registered = () => {
    state.ready = true
  }
  const exited = operate({ ...context, holder: context.pod.metadata.name }, registered)
  return { exited, ready: () => state.ready }
}

/**
 * Registers Cilium's definitions, then holds its lease until it is stopped. Addresses come from the nodes' podCIDRs, so that it has no
 * more to do.
 */
export async function operate(host: OperatorHost, registered: () => void): Promise<number> {
  await registerDefinitions(host)
  registered()
  lead(await host.api(), 'cilium-operator-resource-lock', host.holder, host.scale, host.signal)
  return untilStopped(host.signal)
}

async function registerDefinitions({ api, write, signal }: OperatorHost): Promise<void> {
  while (!signal.aborted) {
    try {
      const client = await api()
      for (const definition of customResourceDefinitions()) {
        await createUnlessThere(
          client,
          collectionPath('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
          definition,
        )
        write(`level=info msg="CRD is installed and up-to-date" name=${definition.metadata.name}`)
      }
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      write(`level=error msg="Unable to register CRDs" error="${error.message}"`)
    }
    await sleep(RETRY_MS)
  }
}
