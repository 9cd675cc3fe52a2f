import * as z from 'zod'
import type { ApiClient, Identity } from '../kubernetes/api-client.ts'
import { collectionPath } from '../kubernetes/resources.ts'
import type { Pod } from './pod.ts'

/** What a pod speaks to the API with, and the authority to trust. */
export type PodCredentials = Identity & { ca: string }
export type IssueCredentials = (pod: Pod) => Promise<PodCredentials>

const tokenRequest = z.object({ status: z.object({ token: z.string() }) })

// What a projected token asks for; the API server lets such a one live for a year, as old clients never read it anew.
const EXPIRATION_SECONDS = 3607

/** A token of the pod's service account, bound to the pod, had as a kubelet has it: asked of the API in the node's own name. */
export function requestTokens(kubelet: ApiClient, ca: string): IssueCredentials {
  return async ({ metadata: { name, namespace, uid }, spec }) => {
    const account = `${collectionPath('v1', 'ServiceAccount', namespace)}/${spec.serviceAccountName}`
    const answer = await kubelet.request('POST', `${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: [],
        expirationSeconds: EXPIRATION_SECONDS,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    })
    return { ca, token: tokenRequest.parse(answer).status.token }
  }
}
