import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { API_ADDRESS } from '../firewall.ts'
import { findGenuineAgent } from './genuine-agent.ts'
import workerScript from './run-step.sh'

export interface AgentPrograms {
  /** The bundle of the stand-in. */
  bundle: string
  /** Directory with the genuine agent's programs; empty to run the stand-in. */
  genuine: string
  region: string
}

const ENDPOINT = `http://${API_ADDRESS}`
/** Where all that is shared lies in a machine. */
const SHARED = '/opt/local-cloud'

/**
 * Writes what every machine needs to be a managed node: the agent's configuration, its unit, and the programs behind it. Genuine or
 * not, all else is the same.
 * @param store the directory whose `usr` and `etc` are layers of every machine
 * @throws UserError for a genuine agent that can't run here
 */
export async function layAgent(store: string, { bundle, genuine, region }: AgentPrograms): Promise<void> {
  const path = (...parts: string[]) => join(store, ...parts)
  for (const directory of ['programs/ssm-agent', 'usr/bin', 'usr/lib/systemd/system', 'etc/amazon/ssm'])
    await mkdir(path(directory), { recursive: true })
  const names = genuine
    ? await copyGenuine(genuine, path('programs/ssm-agent'))
    : await layStandIn(path, bundle)
  for (const name of names) await symlink(`${SHARED}/ssm-agent/${name}`, path('usr/bin', name))
  await writeFile(path('usr/lib/systemd/system/amazon-ssm-agent.service'), agentUnit)
  await writeFile(path('etc/amazon/ssm/amazon-ssm-agent.json'), configuration(region))
}

/** Copied, so that nothing in a machine can change the programs of the host. */
async function copyGenuine(from: string, to: string): Promise<string[]> {
  const names = await findGenuineAgent(from, process.arch)
  for (const name of names) {
    await copyFile(join(from, name), join(to, name))
    await chmod(join(to, name), 0o755)
  }
  return names
}

// Flags of node.js: an agent waits nearly all the time, so its heap is kept small.
const standIn = `#!/bin/sh
exec ${SHARED}/node --max-semi-space-size=1 --max-old-space-size=64 ${SHARED}/agent.js "$@"
`

async function layStandIn(path: (...parts: string[]) => string, bundle: string): Promise<string[]> {
  await copyFile(bundle, path('programs/agent.js'))
  await writeFile(path('programs/run-step.sh'), workerScript, { mode: 0o755 })
  await writeFile(path('programs/ssm-agent/amazon-ssm-agent'), standIn, { mode: 0o755 })
  return ['amazon-ssm-agent']
}

/**
 * As the genuine agent was seen to need it: plain HTTP to one address, no websocket channel (it can't be turned off; it fails and
 * tries again, harmlessly), no updates of itself.
 */
const configuration = (region: string) =>
  `${JSON.stringify(
    {
      Agent: { Region: region, SelfUpdate: false },
      Ssm: { Endpoint: ENDPOINT },
      Mds: { Endpoint: ENDPOINT },
      S3: { Endpoint: ENDPOINT },
      Mgs: { Endpoint: '127.0.0.1:9' },
      Identity: { ConsumptionOrder: ['EC2'] },
    },
    null,
    2,
  )}\n`

/** As the package installs it, but for the address of the APIs, which node scripts find in their environment. */
const agentUnit = `[Unit]
Description=amazon-ssm-agent
After=network-online.target

[Service]
Type=simple
WorkingDirectory=/usr/bin
ExecStart=/usr/bin/amazon-ssm-agent
KillMode=process
RestartPreventExitStatus=194
Restart=always
RestartSec=90
Environment=AWS_ENDPOINT_URL=${ENDPOINT}

[Install]
WantedBy=multi-user.target
`
