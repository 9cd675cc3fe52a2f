import * as z from 'zod'
import { parseUnitFile } from './unit-file.ts'
import { expandSpecifiers, splitWords } from './words.ts'

/** One line of ExecStart and its kin. */
export interface ExecLine {
  words: string[]
  /** `-` before the program: its failure counts as success. */
  failureIgnored: boolean
}

export interface ServiceSettings {
  name: string
  description: string
  type: 'simple' | 'exec' | 'notify' | 'oneshot'
  remainAfterExit: boolean
  condition: ExecLine[]
  startPre: ExecLine[]
  start: ExecLine[]
  startPost: ExecLine[]
  stop: ExecLine[]
  stopPost: ExecLine[]
  environment: Record<string, string>
  environmentFiles: { path: string; optional: boolean }[]
  directory: string
  /** Whose notifications count. */
  notifyAccess: 'none' | 'main' | 'all'
  killMode: 'control-group' | 'process' | 'mixed' | 'none'
  restart: 'no' | 'always' | 'on-failure' | 'on-success' | 'on-abnormal'
  /** Exit codes after which there is no restart, whatever `restart` says. */
  noRestartCodes: number[]
  restartSeconds: number
  stopTimeoutSeconds: number
  toConsole: boolean
  wantedBy: string[]
}

const Type = z.enum(['simple', 'exec', 'notify', 'oneshot'])
const KillMode = z.enum(['control-group', 'process', 'mixed', 'none'])
const NotifyAccess = z.enum(['none', 'main', 'all'])
const Restart = z.enum(['no', 'always', 'on-failure', 'on-success', 'on-abnormal'])

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  '': 1,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
}

/** systemd.time(7): "5s", "1min 30s", "100ms", a bare number of seconds; "0" and "infinity" are no limit. */
export function parseSeconds(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/g)]
  if (parts.map(([whole]) => whole).join('') !== text || !parts.length)
    throw new Error(`Failed to parse time: ${text}`)
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? Number.NaN), 0)
}

function execLine(text: string): ExecLine {
  const [, flags = '', rest = ''] = text.match(/^([-@:+!]*)(.*)$/) ?? []
  return { words: splitWords(rest), failureIgnored: flags.includes('-') }
}

function parseAssignments(values: readonly string[]): Record<string, string> {
  const pairs = values
    .flatMap(splitWords)
    .map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)])
  return Object.fromEntries(pairs) as Record<string, string>
}

/**
 * What a .service file says, with systemd's defaults (systemd.service(5), systemd-system.conf(5)).
 * @throws Error on a type, restart, kill mode or access that the local cloud does not carry out.
 */
export function readServiceSettings(name: string, text: string): ServiceSettings {
  const file = parseUnitFile(text)
  const all = (key: string, section = 'Service') =>
    (file[section]?.[key] ?? []).map((value) => expandSpecifiers(value, name))
  const last = (key: string, section = 'Service') => all(key, section).at(-1)
  const lines = (key: string) => all(key).map(execLine)
  const type = Type.parse(last('Type') ?? 'simple')
  return {
    name,
    description: last('Description', 'Unit') ?? name,
    type,
    remainAfterExit: /^(yes|true|on|1)$/.test(last('RemainAfterExit') ?? 'no'),
    condition: lines('ExecCondition'),
    startPre: lines('ExecStartPre'),
    start: lines('ExecStart'),
    startPost: lines('ExecStartPost'),
    stop: lines('ExecStop'),
    stopPost: lines('ExecStopPost'),
    environment: parseAssignments(all('Environment')),
    environmentFiles: all('EnvironmentFile').map((path) => ({
      path: path.replace(/^-/, ''),
      optional: path.startsWith('-'),
    })),
    directory: last('WorkingDirectory') ?? '/',
    notifyAccess: NotifyAccess.parse(last('NotifyAccess') ?? (type === 'notify' ? 'main' : 'none')),
    killMode: KillMode.parse(last('KillMode') ?? 'control-group'),
    restart: Restart.parse(last('Restart') ?? 'no'),
    noRestartCodes: all('RestartPreventExitStatus').flatMap(splitWords).map(Number),
    restartSeconds: parseSeconds(last('RestartSec') ?? '100ms'),
    stopTimeoutSeconds: parseSeconds(last('TimeoutStopSec') ?? '90s') || Number.POSITIVE_INFINITY,
    toConsole: (last('StandardOutput') ?? '').includes('console'),
    wantedBy: all('WantedBy', 'Install').flatMap(splitWords),
  }
}
