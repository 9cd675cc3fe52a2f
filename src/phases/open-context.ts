import { findLoadBalancer } from '../aws/balancer.ts'
import { awsClients } from '../aws/clients.ts'
import { findInstances } from '../aws/instances.ts'
import { names } from '../cluster/names.ts'
import { clusterNodes } from '../cluster/nodes.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import { runIdentity } from '../github/run-identity.ts'
import type { Kit } from '../kit/define-action.ts'
import { UserError } from '../kit/errors.ts'
import { ssmRunner } from '../nodes/ssm-runner.ts'
import type { Context } from './context.ts'

type Outside = Pick<Kit, 'log' | 'clock' | 'signal' | 'env'>

/** The region of an input, or of the job. @throws UserError when neither names one. */
export function regionOf(input: string | undefined, env: Kit['env']): string {
  const region = input ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  if (region) return region
  throw new UserError('aws-region: no region is given', {
    hint: 'Set aws-region here, or in aws-actions/configure-aws-credentials before this step.',
  })
}

/** Connects a spec with the world. */
export function openContext(spec: ClusterSpec, { log, clock, signal, env }: Outside): Context {
  const aws = awsClients(regionOf(spec.awsRegion, env))
  return {
    spec,
    aws,
    clock,
    log,
    signal,
    runner: ssmRunner({ ssm: aws.ssm, clock, signal }),
    run: runIdentity(),
    nodes: async () => {
      const machines = await findInstances(aws.ec2, { cluster: spec.clusterName })
      return clusterNodes(machines.flatMap((machine) => (machine.node ? [machine.node] : [])))
    },
    balancer: () => findLoadBalancer(aws.elb, names.loadBalancer(spec.clusterName)),
  }
}
