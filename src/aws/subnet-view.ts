import type { Subnet as SubnetView } from '@aws-sdk/client-ec2'
import type { Subnet } from '../cluster/network-faults.ts'

/** A subnet as EC2 shows it, in our words. */
export const subnetOf = (view: SubnetView): Subnet => ({
  id: view.SubnetId ?? '',
  vpcId: view.VpcId ?? '',
  zone: view.AvailabilityZone ?? '',
  cidr: view.CidrBlock ?? '',
  freeAddresses: view.AvailableIpAddressCount ?? 0,
  publicAddresses: view.MapPublicIpOnLaunch ?? false,
})
