import { rangeFaults } from './address-ranges.ts'
import { agentsIn } from './agent-groups.ts'
import { OWN_PATH } from './names.ts'
import { networkContradictions } from './network-inputs.ts'
import { allSettings, type Fault, type Settings } from './settings.ts'

/** Rules that need more than one setting. Settings that have a fault of their own may be missing here. */
export function faultsAcross(settings: Partial<Settings>): Fault[] {
  const single = [publicWithoutRanges, countedTwice, boundaryOfNothing, pathOfNothing]
  return [
    ...rangeFaults(settings),
    ...single.flatMap((rule) => rule(settings) ?? []),
    ...networkContradictions(settings),
  ]
}

function publicWithoutRanges(settings: Partial<Settings>): Fault | undefined {
  const ranges = settings['allowed-cidrs']
  if (settings['load-balancer'] !== 'internet-facing' || ranges === undefined || ranges.length)
    return undefined
  return {
    input: 'allowed-cidrs',
    message:
      'an internet-facing load balancer that nobody outside may reach is of no use: name the ranges that may',
  }
}

function boundaryOfNothing(settings: Partial<Settings>): Fault | undefined {
  if (!settings['permissions-boundary'] || !settings['instance-profile']) return undefined
  return {
    input: 'permissions-boundary',
    message:
      'it bounds the role that is made for the nodes, and instance-profile brings one of your own: leave one out',
  }
}

function pathOfNothing(settings: Partial<Settings>): Fault | undefined {
  const path = settings['iam-path'] ?? OWN_PATH
  if (path === OWN_PATH || !settings['instance-profile']) return undefined
  return {
    input: 'iam-path',
    message:
      'it is that of the role that is made for the nodes, and instance-profile brings one of your own: leave one out',
  }
}

/** Nobody can tell a default of `agents` from the same number written by hand, so that one goes. */
function countedTwice({ agents, 'node-groups': groups }: Partial<Settings>): Fault | undefined {
  if (agents === undefined || !groups?.length) return undefined
  if ([agentsIn(groups), allSettings.shape.agents.parse(undefined)].includes(agents)) return undefined
  return {
    input: 'agents',
    message: `node-groups holds ${agentsIn(groups)} agents, and agents says ${agents}: leave agents out`,
  }
}
