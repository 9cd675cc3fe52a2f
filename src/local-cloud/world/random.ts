import { createHash } from 'node:crypto'

/** Numbers from 0 to 1, the same for the same key in every run: each call gives the next. */
export function randomOf(key: string): () => number {
  let drawn = 0
  return () => createHash('sha256').update(`${key} ${drawn++}`).digest().readUInt32BE() / 2 ** 32
}
