export interface NetworkInterface {
  id: string
  subnetId: string
  zone: string
  privateIp: string
  mac: string
  description: string
  /** None means that nothing is filtered: a balancer created without security groups. */
  groupIds: readonly string[]
  /** Set for a machine's interface. */
  instanceId: string | undefined
  /** Set for a balancer's interface, which only its service can detach. */
  balancerArn: string | undefined
  /** Set for the interface of a VPC's endpoint, likewise. */
  endpointId?: string
}

/** The locally administered address that EC2 would draw, here derived from the private address so that it is unique. */
export function macOf(privateIp: string): string {
  const bytes = privateIp.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return ['02', '00', ...bytes].join(':')
}
