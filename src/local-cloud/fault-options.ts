import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import * as z from 'zod'
import { UserError } from '../kit/errors.ts'
import { models } from './wire/models.ts'
import { isCallFault, nameMistake, partsOf } from './world/fault.ts'

const OPERATIONS: ReadonlySet<string> = new Set(
  Object.values(models).flatMap(({ operations }) => Object.keys(operations)),
)

const seed = z.int().min(0)

const name = z.string().superRefine((text, context) => {
  const { kind, argument } = partsOf(text)
  const mistake = nameMistake(text)
  if (mistake !== undefined) context.addIssue(mistake)
  else if (isCallFault(kind) && !OPERATIONS.has(argument))
    context.addIssue(`${text}: the local cloud knows no operation ${argument}`)
})

/** `NAME`, `NAME=COUNT`, `NAME=COUNT@SEED`: the short form of a fault. */
const SHORT = /^(?<name>[^=@]*)(=(?<count>\d+))?(@(?<seed>\d+))?$/

/** Written short or in full. */
export const faultSchema = z.preprocess(
  (given) => (typeof given === 'string' ? fromShort(given) : given),
  z.strictObject({ name, count: z.int().min(1).default(1), seed: seed.optional() }),
)

function fromShort(text: string) {
  const { name: named = text, count, seed: seeded } = SHORT.exec(text)?.groups ?? {}
  return {
    name: named,
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(seeded === undefined ? {} : { seed: Number(seeded) }),
  }
}

const throttling = z.enum(['off', 'aws'])

/** What is to go wrong from the start on; also the form of a faults file. */
export const faultSettings = z.strictObject({
  faults: z.array(faultSchema).default([]),
  seed: seed.optional(),
  throttling: throttling.default('off'),
})
export type FaultSettings = z.output<typeof faultSettings>

export interface FaultFlags {
  fault: readonly string[]
  /** Path of a faults file. */
  faults: string | undefined
  'fault-seed': string | undefined
  throttling: string | undefined
}

/**
 * The flags of `start` that say what is to go wrong, with the file that they name: its faults come first, and a flag wins.
 * @throws UserError with every mistake
 */
export function readFaultFlags(flags: FaultFlags): FaultSettings {
  const given = faultSettings.safeParse({
    faults: flags.fault,
    seed: flags['fault-seed'] === undefined ? undefined : Number(flags['fault-seed']),
    throttling: flags.throttling,
  })
  const file = flags.faults === undefined ? faultSettings.safeParse({}) : readFile(flags.faults)
  if (!given.success || !file.success)
    throw new UserError(
      [
        ...mistakesOf(given, { faults: '--fault', seed: '--fault-seed', throttling: '--throttling' }),
        ...mistakesOf(file, {}, flags.faults),
      ].join('\n'),
      { hint: 'The faults are listed in src/local-cloud/README.md.' },
    )
  return {
    faults: [...file.data.faults, ...given.data.faults],
    seed: given.data.seed ?? file.data.seed,
    throttling: flags.throttling === undefined ? file.data.throttling : given.data.throttling,
  }
}

/** @throws UserError when it can't be read, or is no YAML; JSON is YAML too */
function readFile(path: string) {
  try {
    return faultSettings.safeParse(parse(readFileSync(path, 'utf8')) ?? {})
  } catch (error) {
    throw new UserError(`--faults ${path}: ${(error as Error).message}`)
  }
}

function mistakesOf(
  { error }: { error?: z.ZodError | undefined },
  words: Readonly<Record<string, string>>,
  file?: string,
): string[] {
  const place = ([first, ...rest]: readonly PropertyKey[]) => {
    const where = [words[String(first)] ?? first, ...rest].filter((part) => part !== undefined).join('.')
    return [file, where].filter(Boolean).join(': ')
  }
  return (error?.issues ?? []).map(({ path, message }) => [place(path), message].filter(Boolean).join(': '))
}
