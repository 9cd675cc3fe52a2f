import { stripVTControlCharacters } from 'node:util'
import { describeError } from '../kit/errors.ts'
import { HELP, readOptions } from './options.ts'
import { show } from './show.ts'

const say = (text: string) =>
  void process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`)

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    say(HELP)
    return 0
  }
  const cancelled = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cancelled.abort())
  return await show({ options, signal: cancelled.signal, say })
}

run().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    say(describeError(error))
    process.exit(1)
  },
)
