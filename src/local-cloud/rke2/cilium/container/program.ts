/** What a container's main program is given. */
export interface Program {
  write(line: string): void
  /** Aborted when the kubelet ends the container. */
  signal: AbortSignal
}

export function startProgram(): Program {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  const write = (line: string) => void process.stderr.write(`time="${new Date().toISOString()}" ${line}\n`)
  return { write, signal: stop.signal }
}
