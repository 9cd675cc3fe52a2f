import { readFileSync } from 'node:fs'
import { profileFault, readMachineSettings } from './config/check-profile.ts'
import type { Role } from './config/flags.ts'
import { toNodeConfig } from './config/node-config.ts'
import { readConfig } from './config/read-config.ts'
import { FatalError, log } from './log.ts'
import { paths } from './paths.ts'
import { readSpeed } from './timing.ts'
import { readVersion } from './version.ts'

async function run([command = '', ...arguments_]: readonly string[]): Promise<void> {
  switch (command) {
    case 'server':
    case 'agent':
      return startNode(command, arguments_)
    case 'engine': {
      const { runEngine } = await import('./engine/run-engine.ts')
      await runEngine(JSON.parse(readFileSync(arguments_.at(-1) ?? '', 'utf8')))
      return
    }
    case 'cilium': {
      const { runProgram } = await import('./cilium/container/run-program.ts')
      // Servers and watches of a container's program have no end of their own.
      return process.exit(await runProgram(arguments_))
    }
    case 'conformance': {
      const { runSuite } = await import('./conformance/run-suite.ts')
      process.exitCode = await runSuite(process.env)
      return
    }
    case '--version':
    case '-v':
      process.stdout.write(`rke2 version ${readVersion()} (local cloud)\n`)
      return
    default: {
      const { runCommand } = await import('./commands/run-command.ts')
      return runCommand(command, arguments_)
    }
  }
}

async function startNode(role: Role, arguments_: readonly string[]): Promise<void> {
  const { values, warnings } = readConfig(role, process.env['RKE2_CONFIG_FILE'] ?? paths.config, arguments_)
  for (const warning of warnings) log.warning(warning)
  const config = toNodeConfig(role, values)
  const fault = profileFault(config.profile, role, readMachineSettings())
  if (fault !== undefined) throw new FatalError(fault)
  if (config.profile === undefined) log.warning('not running in CIS mode')
  log.info('Applying Pod Security Admission Configuration')
  const version = readVersion()
  if (values.get('cluster-reset')?.at(-1) === 'true') {
    const { resetCluster } = await import('./server/reset-cluster.ts')
    return resetCluster(config, values.get('cluster-reset-restore-path')?.at(-1), readSpeed())
  }
  if (role === 'server') {
    const { runServer } = await import('./server/run-server.ts')
    await runServer(config, version, readSpeed())
  } else {
    const { runAgent } = await import('./agent/run-agent.ts')
    await runAgent(config, version, readSpeed())
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  log.fatal(error instanceof FatalError ? error.message : `Error: ${(error as Error).stack ?? String(error)}`)
  process.exit(1)
}
