import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../../kit/errors.ts'

export const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const
type Component = (typeof COMPONENTS)[number]

/** Upstream's control plane as programs in one directory, all of one version. */
export interface KubernetesBinaries {
  /** As `v1.35.4`. */
  version: string
  directory: string
}

/** A directory that can't be used: half-written, of mixed versions, or of another architecture. */
const unusable = (directory: string, reason: string, cause?: unknown) =>
  new UserError(`${directory}: ${reason}`, {
    hint: `Put ${COMPONENTS.join(', ')} of one version there, or leave the directory out and run \`npm run build:kubernetes\`.`,
    cause,
  })

/** `v1.35` of `v1.35.7+rke2r1`. @throws Error for what is no version. */
export function minorOf(version: string): string {
  const minor = /^v\d+\.\d+(?=\.\d)/.exec(version)?.[0]
  if (!minor) throw new Error(`${version} is no version of Kubernetes`)
  return minor
}

/**
 * Asks each program of `directory` for its version.
 * @throws UserError that names the directory and what is wrong with it.
 */
export function inspectBinaries(directory: string): KubernetesBinaries {
  const missing = COMPONENTS.filter((component) => !existsSync(join(directory, component)))
  if (missing.length) throw unusable(directory, `${missing.join(', ')} missing`)
  const versions = COMPONENTS.map((component) => versionOf(directory, component))
  const [version = ''] = versions
  if (versions.some((other) => other !== version))
    throw unusable(
      directory,
      `versions are mixed: ${COMPONENTS.map((name, at) => `${name} ${versions[at]}`).join(', ')}`,
    )
  return { version, directory }
}

function versionOf(directory: string, component: Component): string {
  const program = join(directory, component)
  if (isForeign(program))
    throw unusable(directory, `${component} is for another architecture than this machine's ${process.arch}`)
  let said: string
  try {
    said = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw unusable(directory, `${component} ${whyNot(error as NodeJS.ErrnoException)}`, error)
  }
  const version = /^Kubernetes (v\d+\.\d+\.\d+)/.exec(said)?.[1]
  if (!version) throw unusable(directory, `${component} says "${said.trim().slice(0, 80)}", not its version`)
  return version
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EACCES') return 'may not be executed: chmod +x it'
  return `does not run: ${message.split('\n')[0]}`
}

/** ELF's numbers of machines (elf.h: EM_X86_64, EM_AARCH64). */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 }

/** Read from the file: a shell takes what the kernel refuses, and then complains of its syntax. */
function isForeign(program: string): boolean {
  const header = Buffer.alloc(20)
  const file = openSync(program, 'r')
  readSync(file, header)
  closeSync(file)
  if (header.toString('latin1', 0, 4) !== '\x7fELF') return false
  const isLittleEndian = header[5] === 1
  const machine = isLittleEndian ? header.readUInt16LE(18) : header.readUInt16BE(18)
  return machine !== ELF_MACHINES[process.arch]
}
