/**
 * What a run says while it works. One line a decision; a scope names the phase, because phases overlap and
 * GitHub's log groups can't.
 */
export interface Log {
  info(message: string): void
  /** What is awaited and what it still misses. Said again only when it changes. */
  waiting(what: string, missing: string): void
  notice(message: string): void
  warning(message: string): void
  error(message: string): void
  /** Masks `value` in everything that is printed from now on. Call it where a secret is born. */
  secret(value: string): void
  scoped(name: string): Log
}

export type Level = 'info' | 'notice' | 'warning' | 'error'

/** Where lines go: the runner's log, a test's list. */
export interface Sink {
  write(level: Level, line: string): void
  mask(value: string): void
}

/** Lines read `  12.3s  join-servers    pr-42-server-2 is a voter`. `now` gives milliseconds. */
export function createLog(sink: Sink, now: () => number, scope = ''): Log {
  const started = now()
  const awaited = new Map<string, string>()
  const build = (name: string): Log => {
    const line = (message: string) =>
      `${((now() - started) / 1000).toFixed(1).padStart(6)}s  ${name ? `${name.padEnd(22)} ` : ''}${message}`
    const write = (level: Level) => (message: string) => sink.write(level, line(message))
    return {
      info: write('info'),
      notice: write('notice'),
      warning: write('warning'),
      error: write('error'),
      waiting(what, missing) {
        const key = `${name}/${what}`
        if (awaited.get(key) === missing) return
        awaited.set(key, missing)
        sink.write('info', line(`… ${what}: ${missing}`))
      },
      secret: (value) => sink.mask(value),
      scoped: (inner) => build(inner),
    }
  }
  return build(scope)
}

/** A log that forgets everything: for tests and for libraries used without a run. */
export const silentLog: Log = createLog({ write: () => {}, mask: () => {} }, () => 0)
