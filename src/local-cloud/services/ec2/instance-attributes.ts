import type {
  DescribeInstanceAttributeRequest,
  GetConsoleOutputRequest,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { Instance } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { instancesById } from './describe-instances.ts'
import { endDryRun } from './dry-run.ts'
import { groupsOf, vpcOf } from './instance-view.ts'
import { groupsFor } from './launch-checks.ts'

/** @throws AwsFault InvalidInstanceID.NotFound */
function instanceById(world: World, id: string | undefined): Instance {
  const [instance] = instancesById(world, [id ?? ''])
  if (!instance) throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)
  return instance
}

export function describeInstanceAttribute({ world }: Cloud, input: DescribeInstanceAttributeRequest) {
  const instance = instanceById(world, input.InstanceId)
  const name = input.Attribute ?? ''
  const groupIds = world.interfaces.get(instance.interfaceId)?.groupIds ?? []
  const attributes: Record<string, object> = {
    userData: { UserData: { Value: instance.userData } },
    disableApiTermination: { DisableApiTermination: { Value: instance.terminationProtected } },
    instanceInitiatedShutdownBehavior: {
      InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior },
    },
    sourceDestCheck: { SourceDestCheck: { Value: instance.sourceDestCheck } },
    instanceType: { InstanceType: { Value: instance.type } },
    groupSet: { Groups: groupsOf(world, groupIds) },
  }
  const attribute = attributes[name]
  if (!attribute)
    throw new AwsFault('UnsupportedOperation', `the local cloud does not know the attribute ${name}`)
  return { InstanceId: instance.id, ...attribute }
}

export async function modifyInstanceAttribute(
  cloud: Cloud,
  input: ModifyInstanceAttributeRequest,
): Promise<void> {
  const { world } = cloud
  const instance = instanceById(world, input.InstanceId)
  const behavior = input.InstanceInitiatedShutdownBehavior?.Value ?? instance.shutdownBehavior
  const groupIds = input.Groups && groupsFor(world, vpcOf(world, instance.subnetId) ?? '', input.Groups)
  endDryRun(input)
  world.instances.set(instance.id, {
    ...instance,
    sourceDestCheck: input.SourceDestCheck?.Value ?? instance.sourceDestCheck,
    terminationProtected: input.DisableApiTermination?.Value ?? instance.terminationProtected,
    shutdownBehavior: behavior === 'terminate' ? 'terminate' : 'stop',
  })
  const nic = world.interfaces.get(instance.interfaceId)
  if (!groupIds || !nic) return
  world.interfaces.set(nic.id, { ...nic, groupIds })
  await cloud.syncNetwork()
}

export function getConsoleOutput({ world, hypervisor }: Cloud, input: GetConsoleOutputRequest) {
  const { id } = instanceById(world, input.InstanceId)
  endDryRun(input)
  return {
    InstanceId: id,
    Timestamp: new Date(world.clock.now()),
    Output: Buffer.from(hypervisor.consoleOutput(id)).toString('base64'),
  }
}
