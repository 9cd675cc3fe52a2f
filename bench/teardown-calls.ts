import { join } from 'node:path'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateActivationCommand, SSMClient } from '@aws-sdk/client-ssm'
import { layHybridNode, madeByKubernetes } from '../test/phases/attachments.ts'
import { inLines } from './bench-cloud.ts'
import { runDoor } from './door.ts'
import { startRecordedCloud } from './recorded-cloud.ts'

const CLUSTER = 'bench'
const OURS = [{ Key: 'rke2-action:cluster', Value: CLUSTER }]
const HYBRID_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const HYBRID_ROLE = 'bench-hybrid'

type Cloud = Awaited<ReturnType<typeof startRecordedCloud>>

/**
 * A cluster of three servers and three agents with all that can hang on one, taken away at AWS's own pace.
 * @returns the seconds that teardown took, its calls by operation, and what stands after it but is not the cluster's
 */
export async function timeTeardown(dist: string) {
  const cloud = await startRecordedCloud({ speed: 200 })
  try {
    await runDoor(join(dist, 'cluster/index.js'), cloud, { 'cluster-name': CLUSTER, ...cloud.inputs })
    await attach(cloud)
    const before = (await cloud.standing()).length
    // From here on every delay of AWS's lasts as long as it does there.
    Object.assign(cloud.world, { speed: 1 })
    cloud.calls.clear()
    const inputs = { 'cluster-name': CLUSTER, timeout: '20m' }
    const { seconds } = await runDoor(join(dist, 'teardown/index.js'), cloud, inputs)
    const left = (await cloud.standing()).filter(({ id }) => id !== HYBRID_ROLE)
    return { seconds, before, calls: Object.fromEntries(cloud.calls), left: inLines(left) }
  } finally {
    await cloud.stop()
  }
}

/** Balancers, volume and groups of Kubernetes, an activation and a machine outside EC2 that it let in. */
async function attach({ endpoint, accessKeyId, secretAccessKey, world }: Cloud): Promise<void> {
  const credentials = { accessKeyId, secretAccessKey }
  const settings = { endpoint, credentials, region: world.region }
  const ssm = new SSMClient(settings)
  const clients = {
    ec2: new EC2Client(settings),
    elb: new ElasticLoadBalancingV2Client(settings),
    classicElb: new ElasticLoadBalancingClient(settings),
  }
  await madeByKubernetes(clients, world, CLUSTER)
  const role = { RoleName: HYBRID_ROLE, AssumeRolePolicyDocument: HYBRID_TRUST }
  await new IAMClient({ ...settings, region: 'us-east-1' }).send(new CreateRoleCommand(role))
  const { ActivationId: activationId = '' } = await ssm.send(
    new CreateActivationCommand({ IamRole: HYBRID_ROLE, Tags: OURS }),
  )
  layHybridNode(world, { nodeId: 'mi-0123456789abcdef0', activationId, cluster: CLUSTER })
}
