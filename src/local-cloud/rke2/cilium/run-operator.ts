import { type ContainerContext, type Runner, untilStopped } from '../kubelet/runner.ts'
import { ApiError } from '../kubernetes/api-client.ts'
import { lead } from '../kubernetes/lead.ts'
import { collectionPath, createUnlessThere } from '../kubernetes/resources.ts'
import { sleep } from '../timing.ts'
import { customResourceDefinitions } from './custom-resources.ts'

const RETRY_MS = 500

/** cilium-operator: registers Cilium's definitions, then holds its lease. Addresses come from the nodes' podCIDRs, so it has no more to do. */
export const runCiliumOperator: Runner = (context) => {
  const state = { ready: false }
  const work = async () => {
    await registerDefinitions(context)
    state.ready = true
    lead(
      await context.api(),
      'cilium-operator-resource-lock',
      context.pod.metadata.name,
      context.scale,
      context.signal,
    )
    return untilStopped(context.signal)
  }
  return { exited: work(), ready: () => state.ready }
}

async function registerDefinitions({ api, write, signal }: ContainerContext): Promise<void> {
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
