import * as z from 'zod'
import type { Fault } from '../cluster/settings.ts'
import { judgeTogether } from '../cluster/spec.ts'
import { isObject } from '../cluster/yaml-object.ts'
import { textOrFile } from '../kit/text-or-file.ts'

/**
 * The inputs of an action as one schema that also knows their config and the rules across them, so that all faults
 * are told at once.
 */
export function inputsOf<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.object(shape).superRefine(
    (value, context) => {
      if (!isObject(value)) return
      const unsound = new Set(context.issues.map((issue) => String(issue.path?.[0])))
      for (const { input, message } of faultsTogether(value, unsound))
        context.addIssue({ code: 'custom', path: [input], message })
    },
    { when: () => true },
  )
}

function faultsTogether(given: Record<string, unknown>, unsound: ReadonlySet<string>): Fault[] {
  const { config } = given
  if (typeof config !== 'string') return judgeTogether(given, undefined, unsound).faults
  const read = textOrFile(config)
  if ('fault' in read) return [{ input: 'config', message: read.fault }]
  return judgeTogether(given, read.text, unsound).faults
}
