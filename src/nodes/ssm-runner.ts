import {
  CancelCommandCommand,
  type CommandInvocation,
  GetCommandInvocationCommand,
  paginateListCommandInvocations,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import { awsCode, isPassing, refusalHint } from '../aws/errors.ts'
import { throughOutage } from '../aws/through-outage.ts'
import { batches } from '../kit/batches.ts'
import type { Clock } from '../kit/clock.ts'
import { UserError } from '../kit/errors.ts'
import { silentLog } from '../kit/log.ts'
import { FIRST_PAUSE_MS, waitFor } from '../kit/wait-for.ts'
import { BATCH, type NodeAddress, type NodeRunner, type Outcome, type Script } from './node-runner.ts'
import { outcomeOf } from './outcome.ts'
import { commandLine } from './script.ts'

interface Means {
  ssm: SSMClient
  clock: Clock
  signal: AbortSignal
}

// Run Command's own limit for the time until the agent has begun; below 30 it refuses.
const DELIVERY_SECONDS = 60
// The service learns of the end a little later than the node.
const GRACE_SECONDS = 15

const ENDED = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled'])

/** Runs scripts by SSM Run Command. */
export function ssmRunner(means: Means): NodeRunner {
  return {
    async run(script, nodes) {
      const outcomes = await Promise.all(batches(nodes, BATCH).map((batch) => runBatch(means, script, batch)))
      return outcomes.flat()
    },
  }
}

async function runBatch<Answer>(
  means: Means,
  script: Script<Answer>,
  nodes: readonly NodeAddress[],
): Promise<Outcome<Answer>[]> {
  const commandId = await send(means, script, nodes)
  try {
    const ended = await awaitEnd(means, script, commandId, nodes)
    return await Promise.all(
      nodes.map(async (node) => outcomeOf(script, node, await finished(means, ended.get(node.instanceId)))),
    )
  } catch (error) {
    // Nobody waits for it any more; a script that goes on would surprise the next run.
    await means.ssm.send(new CancelCommandCommand({ CommandId: commandId })).catch(() => undefined)
    throw error
  }
}

/** Every script may run twice, so another try after a lost answer does no harm. */
async function send(means: Means, script: Script<unknown>, nodes: readonly NodeAddress[]): Promise<string> {
  const command = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: nodes.map((node) => node.instanceId),
    Parameters: { commands: [commandLine(script)], executionTimeout: [String(script.timeoutSeconds)] },
    TimeoutSeconds: DELIVERY_SECONDS,
    Comment: `rke2-action ${script.name}`,
  })
  try {
    const { Command } = await throughOutage(means, `SSM to take ${script.name}`, () =>
      means.ssm.send(command),
    )
    return Command?.CommandId ?? ''
  } catch (error) {
    if (error instanceof UserError) throw error
    const names = nodes.map((node) => node.name).join(', ')
    const notManaged = awsCode(error) === 'InvalidInstanceId'
    throw new UserError(`cannot run ${script.name} on ${names}: ${(error as Error).message}`, {
      hint: notManaged
        ? 'SSM does not know one of these machines: is it running, has it an instance profile, and a way to the SSM endpoints?'
        : (refusalHint(error) ?? 'Run the action again.'),
      cause: error,
    })
  }
}

/** The invocations that ended, by instance. At the deadline those without an end are missing. */
async function awaitEnd(
  { ssm, clock, signal }: Means,
  script: Script<unknown>,
  commandId: string,
  nodes: readonly NodeAddress[],
): Promise<Map<string, CommandInvocation>> {
  const within = DELIVERY_SECONDS + script.timeoutSeconds + GRACE_SECONDS
  const deadline = clock.now() + within * 1000
  // Right after SendCommand the list is empty for a second or two.
  await clock.sleep(FIRST_PAUSE_MS, signal)
  return await waitFor({
    what: script.name,
    withinSeconds: within + GRACE_SECONDS,
    next: 'Run the action again.',
    clock,
    log: silentLog,
    signal,
    probe: async () => {
      const ended = await endedInvocations(ssm, commandId)
      if (ended.size >= nodes.length || clock.now() >= deadline) return { done: ended }
      return { notYet: `${nodes.length - ended.size} of ${nodes.length} nodes` }
    },
  })
}

async function endedInvocations(ssm: SSMClient, commandId: string): Promise<Map<string, CommandInvocation>> {
  const ended = new Map<string, CommandInvocation>()
  const pages = paginateListCommandInvocations(
    { client: ssm },
    { CommandId: commandId, Details: true, MaxResults: 50 },
  )
  try {
    for await (const page of pages)
      for (const invocation of page.CommandInvocations ?? [])
        if (isEnded(invocation)) ended.set(invocation.InstanceId ?? '', invocation)
  } catch (error) {
    // The SDK has tried again already; the next poll comes later than the last.
    if (!isPassing(error)) throw error
  }
  return ended
}

/** Any state that no guide names is an end too, and a failure. */
const isEnded = ({ Status }: CommandInvocation) =>
  ENDED.has(Status ?? '') || !['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(Status ?? 'Pending')

/**
 * What a node printed. The list carries 2,500 bytes for all nodes in one call; only for a longer answer each node is
 * asked by itself, so that calls grow with nodes/50 and not with nodes.
 */
async function finished(means: Means, invocation: CommandInvocation | undefined) {
  if (!invocation) return undefined
  const [plugin] = invocation.CommandPlugins ?? []
  const short = {
    status: invocation.StatusDetails ?? invocation.Status ?? '',
    exitCode: plugin?.ResponseCode ?? -1,
  }
  const output = plugin?.Output ?? ''
  if (!/---(Output|Error) truncated---/.test(output)) return { ...short, output }
  const { CommandId, InstanceId } = invocation
  // One service lists it while another doesn't know it yet.
  const passes = (error: unknown) => isPassing(error) || awsCode(error) === 'InvocationDoesNotExist'
  const whole = await throughOutage(
    means,
    `the output of ${CommandId} on ${InstanceId}`,
    () => means.ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId })),
    passes,
  )
  return { ...short, output: whole.StandardOutputContent ?? '' }
}
