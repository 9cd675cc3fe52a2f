import type { ChildProcess } from 'node:child_process'
import type { Journal } from './journal.ts'

/** A process to start inside a machine. */
interface Launch {
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  directory?: string
}

/** What a service needs of the machine that it runs on. */
export interface ServiceHost {
  /** Stands as a parent for the process inside: ends as it ends. */
  launch(launch: Launch): ChildProcess
  /** Text of a file inside the machine; nothing when it can't be read. */
  readFile(path: string): Promise<string | undefined>
  /** Path inside the machine of the socket for sd_notify(3); resolves when it is listened to. */
  notifySocket(): Promise<string>
  /** The process that the machine knows by this number, as the cloud sees it. Nothing when there is none. */
  findProcess(pidInside: number): number | undefined
  journal: Journal
  console: (line: string) => void
  /** Waits are shortened by this factor. */
  speed: number
}
