import { expect, test } from '@jest/globals'
import { agentConfig, configText, serverConfig } from '../../src/cluster/rke2-config.ts'

const wish = {
  clusterCidr: '10.42.0.0/16',
  serviceCidr: '10.43.0.0/16',
  tlsSan: ['api.example.com'],
  serverTaints: ['CriticalAddonsOnly=true:NoExecute'],
  serverLabels: [],
}

test('servers', () => {
  expect(configText(serverConfig(wish, 'lb.example'))).toBe(`tls-san:
  - lb.example
  - api.example.com
cni: cilium
disable-kube-proxy: true
cluster-cidr: 10.42.0.0/16
service-cidr: 10.43.0.0/16
node-taint:
  - CriticalAddonsOnly=true:NoExecute
`)
})

test('agents get no key of servers', () => {
  expect(configText(agentConfig({ labels: ['team=a'], taints: [] }))).toBe('node-label:\n  - team=a\n')
})

test('an agent without wishes gets no line at all', () => {
  expect(configText(agentConfig({ labels: [], taints: [] }))).toBe('')
})
