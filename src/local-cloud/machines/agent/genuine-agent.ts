import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../../kit/errors.ts'

/** The programs of AWS's package that the agent starts, itself first. The package has more, which it can do without here. */
const REQUIRED = [
  'amazon-ssm-agent',
  'ssm-agent-worker',
  'ssm-document-worker',
  'ssm-session-worker',
] as const
const OPTIONAL = ['ssm-session-logger', 'ssm-cli']

/** `e_machine` of an ELF file (elf.h), by node.js' name of the architecture. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 }
const HINT =
  "Give the directory of AWS's package that holds amazon-ssm-agent and its workers, for this architecture, e.g. /usr/bin where it is installed."

/**
 * The programs in a directory that make up a genuine SSM agent, by name.
 * @throws UserError when the directory can't be read, lacks one of them, or holds one that this machine can't run
 */
export async function findGenuineAgent(directory: string, arch: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: Error) => {
    throw new UserError(`cannot read the SSM agent's directory ${directory}: ${error.message}`, {
      hint: HINT,
    })
  })
  const missing = REQUIRED.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new UserError(`there is no ${missing.join(', no ')} in ${directory}`, { hint: HINT })
  const found = [...REQUIRED, ...OPTIONAL.filter((name) => names.includes(name))]
  for (const name of found) await refuseUnfit(join(directory, name), arch)
  return found
}

async function refuseUnfit(path: string, arch: string): Promise<void> {
  const fault = faultOf(await headOf(path), arch)
  if (fault !== undefined) throw new UserError(`${path} ${fault}`, { hint: HINT })
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: Error) => {
    throw new UserError(`cannot read ${path}: ${error.message}`, { hint: HINT })
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * Why a program with these first bytes can't run here, or undefined. A script passes: it may be a wrapper around the agent.
 * @param arch as node.js names it
 */
export function faultOf(head: Buffer, arch: string): string | undefined {
  if (head.subarray(0, 2).toString('latin1') === '#!') return undefined
  if (head.length < 20 || head.subarray(0, 4).toString('latin1') !== '\x7fELF')
    return 'is no program for Linux'
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  if (machine === MACHINES[arch]) return undefined
  const named = Object.entries(MACHINES).find(([, number]) => number === machine)?.[0] ?? `machine ${machine}`
  return `is for ${named}, and this machine is ${arch}`
}
