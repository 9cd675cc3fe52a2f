import type { Drill } from './drill.ts'
import { loseOneServer } from './lose-one-server.ts'

/** Every drill. One runs after the other. */
export const ALL_DRILLS: readonly Drill[] = [loseOneServer]
