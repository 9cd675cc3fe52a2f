import { counted } from '../kit/counted.ts'
import { type Answered, answers, silent } from './ask-nodes.ts'
import { type Check, fail, pass, type Verdict } from './check.ts'
import type { ServerProbe } from './server-script.ts'

export const api: Check = {
  name: 'api',
  claim: 'Each server’s own API server is ready, with every part of it.',
  settles: true,
  run: async (facts) => judgeApi(await facts.servers()),
}

export function judgeApi(servers: readonly Answered<ServerProbe>[]): Verdict {
  const told = answers(servers)
  const evidence = [
    ...told.map(({ node, answer: { api: probe } }) => `${node.name}: ${described(probe)}`),
    ...silent(servers),
  ]
  const unready = servers.filter((one) => !('answer' in one && one.answer.api.ready))
  if (!servers.length)
    return fail('there is no server', 'Provision the cluster first, or check cluster-name and region.')
  if (!unready.length)
    return pass(`/readyz is ok on ${servers.length} of ${counted(servers.length, 'server')}`, { evidence })
  return fail(`not ready: ${unready.map(({ node }) => node.name).join(', ')}`, remedyFor(told), { evidence })
}

function described({ ready, parts, failed, error }: ServerProbe['api']): string {
  if (ready) return `ready, ${parts} parts ok`
  return failed.length ? `failed: ${failed.join(', ')}` : error
}

function remedyFor(told: readonly { answer: ServerProbe }[]): string {
  const failed = told.flatMap(({ answer }) => answer.api.failed)
  if (failed.some((part) => part.startsWith('etcd')))
    return 'The API server can’t reach etcd: see the etcd check first.'
  return 'Look at the API server’s log on that server: /var/log/pods/kube-system_kube-apiserver-*, and journalctl -u rke2-server.'
}
