import type { JournalEntry } from './journal.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

type Format = (entry: JournalEntry, hostname: string) => string

const clock = (time: number) => new Date(time).toISOString().slice(11, 19)
const tail = ({ identifier, pid, message }: JournalEntry, hostname: string) =>
  `${hostname ? `${hostname} ` : ''}${identifier}[${pid}]: ${message}`

/** Output modes of journalctl(1), in UTC as an EC2 instance has it. */
const FORMATS: Readonly<Record<string, Format>> = {
  cat: ({ message }) => message,
  short: (entry, hostname) => {
    const date = new Date(entry.time)
    const day = String(date.getUTCDate()).padStart(2, '0')
    return `${MONTHS[date.getUTCMonth()]} ${day} ${clock(entry.time)} ${tail(entry, hostname)}`
  },
  'short-iso': (entry, hostname) =>
    `${new Date(entry.time).toISOString().slice(0, 19)}+0000 ${tail(entry, hostname)}`,
  'short-iso-precise': (entry, hostname) =>
    `${new Date(entry.time).toISOString().slice(0, 23)}000+0000 ${tail(entry, hostname)}`,
  json: (entry, hostname) =>
    JSON.stringify({
      __REALTIME_TIMESTAMP: String(entry.time * 1000),
      _HOSTNAME: hostname,
      _SYSTEMD_UNIT: entry.unit,
      _PID: String(entry.pid),
      SYSLOG_IDENTIFIER: entry.identifier,
      MESSAGE: entry.message,
    }),
}

/** @throws Error when there is no such output mode. */
export function formatEntry(entry: JournalEntry, mode: string, hostname: string): string {
  const format = FORMATS[mode]
  if (!format) throw new Error(`Unknown output format '${mode}'.`)
  return format(entry, hostname)
}
