import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FatalError } from '../log.ts'
import { paths } from '../paths.ts'
import type { ChosenControlPlane } from './choose-control-plane.ts'

type Kind = ChosenControlPlane['kind']

const FILE = join(paths.server, 'etc/control-plane')

/**
 * Remembers on this server's disk which control plane wrote its database.
 * @throws FatalError when it was the other one: each keeps what the other does not know, so going on would lose it.
 */
export function holdControlPlane(kind: Kind, hasData: boolean, file = FILE): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  if (hasData && before !== undefined && before !== kind)
    throw new FatalError(`Error: ${mismatch('this server was started', before, kind)}`)
  writeFileSync(file, `${kind}\n`, { mode: 0o600 })
}

/** @throws FatalError when the cluster to join runs the other control plane. Nothing has been changed then. */
export function checkJoinedControlPlane(kind: Kind, theirs: string | undefined): void {
  if (theirs !== undefined && theirs !== kind)
    throw new FatalError(`Error: failed to join etcd cluster: ${mismatch('the cluster runs', theirs, kind)}`)
}

const mismatch = (who: string, theirs: string, ours: Kind) =>
  `${who} with the ${theirs} control plane, and this start is with ${ours}: start the local cloud with --control-plane ${theirs}, or begin a new cluster`
