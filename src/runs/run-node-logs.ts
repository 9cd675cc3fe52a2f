import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { nodeLogs } from '../actions/node-logs.ts'
import { awsClients } from '../aws/clients.ts'
import { findInstances } from '../aws/instances.ts'
import { type ClusterNode, clusterNodes } from '../cluster/nodes.ts'
import type { InputsOf, Kit, KitOf } from '../kit/define-action.ts'
import { collectLogs } from '../nodes/collect-logs.ts'
import { type Diagnosis, diagnoses, diagnosisTable } from '../nodes/diagnosis.ts'
import { ssmRunner } from '../nodes/ssm-runner.ts'
import { regionOf } from '../phases/open-context.ts'

export async function runNodeLogs(
  { 'cluster-name': cluster, 'aws-region': region }: InputsOf<typeof nodeLogs>,
  kit: KitOf<typeof nodeLogs>,
): Promise<void> {
  const directory = join(kit.tempDirectory, 'rke2-diagnose')
  const found = await diagnose(cluster, regionOf(region, kit.env), kit)
  await Promise.all(found.map((diagnosis) => write(directory, diagnosis)))
  if (found.length) kit.output('directory', directory)
  for (const { machine, log, fault } of found)
    kit.log.info(`${machine.name}: ${fault ?? `${log.length} characters of logs`}`)
  await kit.summary(diagnosisTable(cluster, found))
}

async function diagnose(cluster: string, region: string, kit: Kit): Promise<Diagnosis[]> {
  const aws = awsClients(region)
  const instances = await findInstances(aws.ec2, { cluster })
  const { servers, agents } = clusterNodes(instances.flatMap(({ node }) => node ?? []))
  const machines = [...servers, ...agents]
  kit.log.info(`${cluster} has ${servers.length} servers and ${agents.length} agents in ${region}`)
  const running = machines.filter((machine) => machine.state === 'running')
  const runner = ssmRunner({ ssm: aws.ssm, clock: kit.clock, signal: kit.signal })
  return diagnoses(machines, await collectLogs(runner, running))
}

async function write(directory: string, { machine, log, fault }: Diagnosis): Promise<void> {
  const folder = join(directory, machine.name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'node.log'), log || `${fault}\n`)
  await writeFile(join(folder, 'machine.json'), `${JSON.stringify(describe(machine, fault), null, 2)}\n`)
}

const describe = (machine: ClusterNode, fault: string | undefined) => ({
  ...machine,
  expiresAt: Number.isNaN(machine.expiresAt) ? undefined : new Date(machine.expiresAt).toISOString(),
  fault,
})
