import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError } from '../kit/errors.ts'
import { HELP, readOptions } from './options.ts'
import { show } from './show.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    say(HELP)
    return 0
  }
  const cancelled = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cancelled.abort())
  const directory = mkdtempSync(join(tmpdir(), 'rke2-action-show-'))
  try {
    return await show({ options, directory, signal: cancelled.signal, say })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

run().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    say(describeError(error))
    process.exit(1)
  },
)
