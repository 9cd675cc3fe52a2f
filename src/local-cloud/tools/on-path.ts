import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

// A user's PATH often lacks the sbin folders, where ip and nft live.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

const folders = () => [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]

/** PATH for programs that call others by name. */
export const searchPath = (): string => folders().join(delimiter)

/** The path of an executable on PATH or in the system's folders, or undefined. */
export function onPath(name: string): string | undefined {
  return folders()
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
