import { follow } from '../../kubernetes/follow.ts'
import { collectionPath } from '../../kubernetes/resources.ts'
import type { PeerNode } from '../datapath.ts'
import type { AgentHost } from '../join-network.ts'
import { frontendsOf } from '../services.ts'
import { serviceTable, translateServices } from '../translate-services.ts'

/**
 * Translates Services as they come and go: kube-proxy's work, which Cilium does instead of it.
 * @throws Error when this node can translate nothing at all.
 */
export async function followServices(host: AgentHost, { podCidr }: PeerNode): Promise<void> {
  const { api, write, signal } = host
  let last = ''
  let queue = Promise.resolve()
  const translate = async () => {
    const frontends = frontendsOf(services.objects.values(), slices.objects.values())
    const next = serviceTable(podCidr, frontends)
    if (next === last) return
    await translateServices(podCidr, frontends)
    last = next
  }
  const changed = () => {
    queue = queue
      .then(translate)
      .catch((error: Error) =>
        write(`level=error msg="Unable to update services" error=${JSON.stringify(error.message)}`),
      )
  }
  const services = follow(api, collectionPath('v1', 'Service'), '', changed, signal)
  const slices = follow(api, collectionPath('discovery.k8s.io/v1', 'EndpointSlice'), '', changed, signal)
  // Also without any Service: what leaves the pod network is translated too.
  await translate()
}
