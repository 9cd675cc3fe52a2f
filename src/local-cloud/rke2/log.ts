export type Level = 'info' | 'warning' | 'error' | 'fatal'

/** One line as RKE2's logger writes it: `time="2026-11-21T11:16:34Z" level=info msg="Starting rke2 …"`. */
function formatLine(level: Level, message: string, now: Date): string {
  return `time="${now.toISOString().slice(0, 19)}Z" level=${level} msg=${JSON.stringify(message)}`
}

const writer = (level: Level) => (message: string) =>
  void process.stderr.write(`${formatLine(level, message, new Date())}\n`)

/** RKE2's own journal: everything goes to stderr. */
export const log = {
  info: writer('info'),
  warning: writer('warning'),
  error: writer('error'),
  fatal: writer('fatal'),
}

/** Ends the process with status 1 and this as its last line, as RKE2 does. systemd starts it again after 5 s. */
export class FatalError extends Error {}
