import { UserError } from '../../../kit/errors.ts'

/** As RKE2 names architectures in its files. */
export type Architecture = 'amd64' | 'arm64'

/** This machine's. @throws UserError where RKE2 has no artifacts. */
export function ownArchitecture(arch: string = process.arch): Architecture {
  if (arch === 'x64') return 'amd64'
  if (arch === 'arm64') return 'arm64'
  throw new UserError(`RKE2 has no artifacts for ${arch}`)
}

/** `e_machine` of elf(5). */
const MACHINES: Readonly<Record<number, string>> = { 62: 'amd64', 183: 'arm64' }

/** What a program is, by its first 20 bytes: one for a processor, a script, or neither. */
export function kindOfProgram(head: Buffer): { elf: string } | 'script' | 'unknown' {
  if (head.subarray(0, 2).toString('latin1') === '#!') return 'script'
  if (head.length < 20 || head.readUInt32BE(0) !== 0x7f_45_4c_46) return 'unknown'
  const machine = head.readUInt16LE(18)
  return { elf: MACHINES[machine] ?? `ELF machine ${machine}` }
}
