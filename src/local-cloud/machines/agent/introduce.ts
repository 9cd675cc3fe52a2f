import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import type { AgentApi } from './agent-api.ts'
import type { Identity } from './identity.ts'

/** The genuine agent whose habits these are. */
export const AGENT_VERSION = '3.3.0.0'

/** The full report: after it the node is online. */
export function introduce(api: AgentApi, { availabilityZone, availabilityZoneId }: Identity): Promise<void> {
  const { name, version } = platform()
  return api.updateInformation({
    AgentName: 'amazon-ssm-agent',
    AgentStatus: 'Active',
    AgentVersion: AGENT_VERSION,
    ...(availabilityZone === undefined ? {} : { AvailabilityZone: availabilityZone }),
    ...(availabilityZoneId === undefined ? {} : { AvailabilityZoneId: availabilityZoneId }),
    ComputerName: hostname(),
    IPAddress: firstAddress(),
    PlatformName: name,
    PlatformType: 'Linux',
    PlatformVersion: version,
    SSMConnectionChannel: 'ec2messages',
  })
}

/** What scripts see besides the agent's own environment. */
export const environmentOf = ({ nodeId, region }: Identity): Record<string, string> => ({
  AWS_SSM_INSTANCE_ID: nodeId,
  AWS_SSM_REGION_NAME: region,
  AWS_SSM_PLATFORM_NAME: platform().name,
  AWS_SSM_PLATFORM_VERSION: platform().version,
})

const firstAddress = () =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address ?? ''

function platform(): { name: string; version: string } {
  const text = readFileSync('/etc/os-release', 'utf8')
  const read = (key: string) => text.match(new RegExp(`^${key}="?([^"\n]*)"?$`, 'm'))?.[1] ?? ''
  return { name: read('NAME'), version: read('VERSION_ID') }
}
