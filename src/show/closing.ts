import { styleText } from 'node:util'

export interface KubectlHint {
  kubectl: string
  kubeconfig: string
}

/** What a person may do with a cluster that was left up. */
export function kubectlHint({ kubectl, kubeconfig }: KubectlHint): string {
  const command = (words: string) =>
    `    ${styleText('bold', `${kubectl} --kubeconfig ${kubeconfig} ${words}`)}`
  return [
    '',
    '  The cluster is up. In another terminal:',
    '',
    command('get nodes -o wide'),
    command('get pods -A'),
    '',
    '  Ctrl-C here takes it away.',
    '',
  ].join('\n')
}

/** The kubeconfig's server is the balancer's name inside the VPC; from this machine it is a relay on loopback. */
export const kubeconfigFromHere = (kubeconfig: string, endpoint: string) =>
  kubeconfig.replace(/server: https:\/\/\S+/, `server: https://${endpoint}`)
