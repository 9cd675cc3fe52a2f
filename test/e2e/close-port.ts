import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { expect } from '@jest/globals'
import type { Cloud } from './cloud.ts'
import { ec2 } from './run-command.ts'

/** Revokes the rules of a cluster's security groups that open a port, as an operator may by mistake. Gives what opens it again. */
export async function closePort(cloud: Cloud, cluster: string, port: number): Promise<() => Promise<void>> {
  const { SecurityGroups } = await ec2(cloud).send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:rke2-action:cluster', Values: [cluster] }] }),
  )
  const rules = (SecurityGroups ?? []).flatMap(({ GroupId, IpPermissions }) =>
    (IpPermissions ?? [])
      .filter(({ FromPort = -1, ToPort = -1 }) => FromPort <= port && port <= ToPort)
      .map((permission) => ({ GroupId, IpPermissions: [permission] })),
  )
  expect(rules.length).toBeGreaterThan(0)
  for (const rule of rules) await ec2(cloud).send(new RevokeSecurityGroupIngressCommand(rule))
  return async () => {
    for (const rule of rules) await ec2(cloud).send(new AuthorizeSecurityGroupIngressCommand(rule))
  }
}
