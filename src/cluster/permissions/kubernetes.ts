import { controllerTag, kubernetesTag } from '../tags.ts'
import type { Condition, Permission } from './permission.ts'
import { ANY_BALANCER, ec2, elbv2, on, TARGET_GROUP } from './terms.ts'

const kubernetes = ['kubernetes'] as const

// Stands for the cluster's name, which is in the key of a tag, and there IAM knows no wildcard.
const CLUSTER = 'CLUSTER'
const carrying = ({ key, value }: { key: string; value: string }): Condition => ({
  StringEquals: { [`aws:ResourceTag/${key}`]: value },
})
const OWNED = carrying(kubernetesTag(CLUSTER))
const CONTROLLERS = carrying(controllerTag(CLUSTER))

const GROUPS = ['ec2:RevokeSecurityGroupIngress', 'ec2:DeleteSecurityGroup']

/** What Kubernetes' controllers made for a cluster carries no tag of ours. */
export const madeInside: readonly Permission[] = [
  ...[OWNED, CONTROLLERS].flatMap((whose) => [
    ...on(ANY_BALANCER, kubernetes, 'balancers of services', [`${elbv2}:DeleteLoadBalancer`], whose),
    ...on(TARGET_GROUP, kubernetes, 'their target groups', [`${elbv2}:DeleteTargetGroup`], whose),
    ...on(ec2('security-group'), kubernetes, 'their security groups', GROUPS, whose),
  ]),
  ...on(ec2('volume'), kubernetes, 'disks of claims', ['ec2:DeleteVolume'], OWNED),
]
