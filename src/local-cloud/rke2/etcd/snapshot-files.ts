import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FatalError } from '../log.ts'

export interface Snapshot {
  name: string
  file: string
  /** Bytes. */
  size: number
  /** RFC 3339, to the second. */
  created: string
}

/** What lies in the directory of snapshots, by name. */
export function listSnapshots(directory: string): Snapshot[] {
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => !name.endsWith('.part')) : []
  return names.sort().map((name) => {
    const file = join(directory, name)
    const { size, mtime } = statSync(file)
    return { name, file, size, created: mtime.toISOString().replace(/\.\d+Z$/, 'Z') }
  })
}

/** Deletes them, all or none. @throws FatalError naming the first that isn't there. */
export function deleteSnapshots(directory: string, names: readonly string[]): readonly string[] {
  const there = new Set(listSnapshots(directory).map(({ name }) => name))
  const missing = names.find((name) => !there.has(name))
  if (missing !== undefined) throw new FatalError(`Error: snapshot ${missing} not found`)
  for (const name of names) rmSync(join(directory, name))
  return names
}

/** Deletes all but the `retention` newest of those that begin with `prefix`. @returns the names of the deleted. */
export function pruneSnapshots(directory: string, prefix: string, retention: number): readonly string[] {
  const ours = listSnapshots(directory).filter(({ name }) => name.startsWith(`${prefix}-`))
  const newestFirst = ours.toSorted((left, right) => timeIn(right) - timeIn(left))
  return deleteSnapshots(
    directory,
    newestFirst.slice(retention).map(({ name }) => name),
  )
}

/** A snapshot's name ends with the second of its birth. */
const timeIn = ({ name }: Snapshot): number => Number(/-(\d+)$/.exec(name)?.[1] ?? 0)
