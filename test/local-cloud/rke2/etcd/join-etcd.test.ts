import { expect, test } from '@jest/globals'
import { planJoin } from '../../../../src/local-cloud/rke2/etcd/join-etcd.ts'
import { voterCondition } from '../../../../src/local-cloud/rke2/etcd/member-controller.ts'

const member = (name: string, ip: string, isLearner = false) => ({
  ID: '1',
  name,
  peerURLs: [`https://${ip}:2380`],
  clientURLs: [],
  isLearner,
})
const self = { name: 'n2-00000002', ip: '10.0.0.2' }

test('a new member is added after those that are there', () => {
  expect(planJoin([member('n1-00000001', '10.0.0.1')], self)).toEqual({
    add: true,
    peers: [
      { name: 'n1-00000001', peerUrl: 'https://10.0.0.1:2380' },
      { name: 'n2-00000002', peerUrl: 'https://10.0.0.2:2380' },
    ],
  })
})

test('a member added before a crash has no name yet, and is not added again', () => {
  const plan = planJoin([member('n1-00000001', '10.0.0.1'), member('', '10.0.0.2', true)], self)
  expect(plan.add).toBe(false)
  expect(plan.peers).toContainEqual({ name: 'n2-00000002', peerUrl: 'https://10.0.0.2:2380' })
})

test.each([
  [member('a', '1'), 'True', 'MemberNotLearner'],
  [member('a', '1', true), 'False', 'MemberIsLearner'],
  [undefined, 'False', 'NotAMember'],
])('EtcdIsVoter %#', (of, status, reason) => {
  expect(voterCondition(of)).toMatchObject({ status, reason })
})
