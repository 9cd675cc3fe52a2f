import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { FatalError } from '../log.ts'
import { paths } from '../paths.ts'

/** Who serves the Kubernetes API on a server: our engine, or upstream's programs in this directory. */
export type ChosenControlPlane = { kind: 'light' } | { kind: 'upstream'; programs: string }

const settings = z.object({ controlPlane: z.enum(['auto', 'light', 'upstream']).default('light') })

/**
 * Pure: what this machine was told, and what it has. `programs` is the directory of upstream's programs of the minor, if any.
 * @throws FatalError when upstream was asked for and is not there.
 */
export function chooseControlPlane(
  asked: 'auto' | 'light' | 'upstream',
  version: string,
  programs: string | undefined,
): ChosenControlPlane {
  if (asked === 'light') return { kind: 'light' }
  if (programs !== undefined) return { kind: 'upstream', programs }
  if (asked === 'auto') return { kind: 'light' }
  throw new FatalError(
    `Error: the local cloud has no upstream Kubernetes for ${version}: put it into the cache (npm run build:kubernetes -- --version ${version.replace(/\+.*/, '')}), or start the local cloud with --control-plane light`,
  )
}

/** Reads the machine's settings and what it finds beside them. @throws FatalError */
export function readControlPlane(version: string, given: string = paths.localCloud): ChosenControlPlane {
  const file = join(given, 'settings.json')
  const { controlPlane } = settings.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})
  const minor = version.split('.').slice(0, 2).join('.')
  const programs = join(given, 'kubernetes', minor)
  return chooseControlPlane(controlPlane, version, existsSync(programs) ? programs : undefined)
}
