/** etcd's quorum and how many servers may be lost: 1→1/0, 2→2/0, 3→2/1, 5→3/2, 7→4/3. */
export interface Quorum {
  readonly voters: number
  /** So many must be alive for a write: floor(N/2)+1. */
  readonly needed: number
  readonly tolerated: number
}

export function quorumOf(voters: number): Quorum {
  const needed = Math.floor(voters / 2) + 1
  return { voters, needed, tolerated: voters - needed }
}

const SENSIBLE = [1, 3, 5, 7]

/** Why a cluster should not have so many servers, and what to choose; undefined when the number is right. */
export function serversFault(servers: number): string | undefined {
  if (SENSIBLE.includes(servers)) return undefined
  if (servers < 1) return 'a cluster has at least 1 server: choose 1, or 3 for high availability'
  if (servers > 7)
    return `${servers} servers make every write slower and tolerate hardly more: etcd is made for at most 7; choose 3, 5 or 7, and add agents for capacity`
  const here = quorumOf(servers)
  const fewer = servers - 1
  return `${servers} servers need ${here.needed} alive and tolerate ${lost(here.tolerated)}, no more than ${fewer} do: choose ${fewer} or ${servers + 1}`
}

const lost = (tolerated: number) => (tolerated === 0 ? 'no loss' : `the loss of ${tolerated}`)
