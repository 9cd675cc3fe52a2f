import type { Journal } from './journal.ts'
import type { Reply } from './reply.ts'
import type { UnitFiles } from './unit-files.ts'
import type { UnitManager } from './unit-manager.ts'

export interface Systemctl {
  manager: UnitManager
  files: UnitFiles
  journal: Journal
  /** `systemctl poweroff` and `systemctl reboot`. */
  power: (kind: 'poweroff' | 'reboot') => void
}

export interface Options {
  property?: string[] | undefined
  value?: boolean | undefined
  quiet?: boolean | undefined
  now?: boolean | undefined
  'no-block'?: boolean | undefined
  signal?: string | undefined
  lines?: string | undefined
}

export type Verb = (context: Systemctl, units: readonly string[], options: Options) => Promise<Reply>
