import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { paths } from './paths.ts'

const settings = z.object({ speed: z.number().positive().default(1) })

/** How many times quicker than the real world this machine waits. */
export function readSpeed(file = join(paths.localCloud, 'settings.json')): number {
  try {
    return settings.parse(JSON.parse(readFileSync(file, 'utf8'))).speed
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 1
    throw error
  }
}

/** Milliseconds to wait for what takes `realSeconds` in the real world, never below `floorMs`. */
export type Scale = (realSeconds: number, floorMs?: number) => number

export function scaleBy(speed: number): Scale {
  return (realSeconds, floorMs = 0) => Math.max((realSeconds * 1000) / speed, floorMs)
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
