import { expect, test } from '@jest/globals'
import { iamPolicies } from '../../src/build/iam-policies.ts'
import { decide, policySchema } from '../../src/local-cloud/world/policy.ts'

const text = iamPolicies()['policies/kubernetes.json'] ?? ''
const policy = policySchema.parse(text.replaceAll('CLUSTER', 'pr-42'))

const ELB = 'elasticloadbalancing'
const ec2 = (of: string) => `arn:aws:ec2:eu-west-1:123456789012:${of}`
const elb = (of: string) => `arn:aws:${ELB}:eu-west-1:123456789012:${of}`

const THINGS: [string, string][] = [
  [`${ELB}:DeleteLoadBalancer`, elb('loadbalancer/net/a/1')],
  [`${ELB}:DeleteLoadBalancer`, elb('loadbalancer/app/a/1')],
  [`${ELB}:DeleteLoadBalancer`, elb('loadbalancer/a')],
  [`${ELB}:DeleteTargetGroup`, elb('targetgroup/a/1')],
  ['ec2:RevokeSecurityGroupIngress', ec2('security-group/sg-1')],
  ['ec2:DeleteSecurityGroup', ec2('security-group/sg-1')],
  ['ec2:DeleteVolume', ec2('volume/vol-1')],
]

const VOLUME = 'ec2:DeleteVolume'
const CONTROLLERS = 'elbv2.k8s.aws/cluster'

/** Of which things a tag lets the cluster dispose. */
const allowedBy = (tag: string, value: string) =>
  THINGS.filter(([action, resource]) => {
    const keys = { [`aws:resourcetag/${tag}`.toLowerCase()]: [value] }
    return decide([policy], { action, resource, keys }) === 'allowed'
  })

test('what Kubernetes owns for the cluster may go, by either of its tags', () => {
  expect(allowedBy('kubernetes.io/cluster/pr-42', 'owned')).toEqual(THINGS)
  expect(allowedBy(CONTROLLERS, 'pr-42')).toEqual(THINGS.filter(([action]) => action !== VOLUME))
})

test.each([
  ['kubernetes.io/cluster/pr-42', 'shared'],
  ['kubernetes.io/cluster/pr-421', 'owned'],
  [CONTROLLERS, 'pr-421'],
  ['team', 'owned'],
])('nothing goes that has %s: %s', (tag, value) => {
  expect(allowedBy(tag, value)).toEqual([])
})

test('the cluster’s name is all that is to be filled in, and no other action is in it', () => {
  expect(policy.Statement.flatMap(({ Action = [] }) => Action)).toHaveLength(9)
  expect(text.match(/CLUSTER/g)).toHaveLength(2)
})
