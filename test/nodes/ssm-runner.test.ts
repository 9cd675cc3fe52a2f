import { SSMClient } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/kit/clock.ts'
import { ready } from '../../src/nodes/scripts.ts'
import { ssmRunner } from '../../src/nodes/ssm-runner.ts'

/** Run Command that has done everything when it is asked the first time; counts calls by operation. */
function countingSsm() {
  const calls: Record<string, number> = {}
  const targets = new Map<string, string[]>()
  const answer = JSON.stringify({ arch: 'x86_64', os: 'Ubuntu', kernel: '6.8' })
  const send = async (command: { input: Sent }) => {
    const { input } = command
    const { name } = command.constructor
    calls[name] = (calls[name] ?? 0) + 1
    if (input.InstanceIds) {
      if (input.InstanceIds.length > 50) throw new Error('more than 50 targets')
      const id = `command-${targets.size}`
      targets.set(id, input.InstanceIds)
      return { Command: { CommandId: id } }
    }
    return {
      CommandInvocations: (targets.get(input.CommandId ?? '') ?? []).map((InstanceId) => ({
        InstanceId,
        CommandId: input.CommandId,
        Status: 'Success',
        StatusDetails: 'Success',
        CommandPlugins: [{ ResponseCode: 0, Output: answer }],
      })),
    }
  }
  return { calls, send }
}

interface Sent {
  InstanceIds?: string[]
  CommandId?: string
}

test.each([
  [10, 1],
  [50, 1],
  [100, 2],
  [1000, 20],
])('%i nodes take %i commands, and as many looks', async (count, commands) => {
  const { calls, send } = countingSsm()
  // The paginator accepts a client only by its class.
  const ssm = Object.assign(new SSMClient({ region: 'eu-west-1' }), { send })
  const nodes = Array.from({ length: count }, (_, at) => ({ instanceId: `i-${at}`, name: `n-${at}` }))
  const { signal } = new AbortController()
  const outcomes = await ssmRunner({ ssm, clock: systemClock, signal }).run(ready(), nodes)
  expect(outcomes.map(({ node, ok }) => [node.name, ok])).toEqual(nodes.map(({ name }) => [name, true]))
  expect(calls).toEqual({ SendCommandCommand: commands, ListCommandInvocationsCommand: commands })
})
