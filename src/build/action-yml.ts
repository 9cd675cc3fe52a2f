import { stringify } from 'yaml'
import * as z from 'zod'
import type { ActionDefinition } from '../kit/define-action.ts'

export interface InputRow {
  name: string
  description: string
  required: boolean
  default: string | undefined
  choices: string[]
}

/** What a user may write for each input, read off the zod schema: the only place where inputs are described. */
export function inputRows(inputs: z.ZodObject): InputRow[] {
  const schema = z.toJSONSchema(inputs, { io: 'input', unrepresentable: 'any' })
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, default: fallback, enum: choices } = property as z.core.JSONSchema.JSONSchema
    if (!description) throw new Error(`input ${name} has no description`)
    return {
      name,
      description,
      required: required.has(name),
      default: fallback === undefined ? undefined : String(fallback),
      choices: (choices ?? []).map(String),
    }
  })
}

const HEADER = '# Generated from src/ by `npm run build`. Edit the zod schema of the action instead.\n'

/** The text of an action.yml. `door` is the path of the two-line entry from the action's own folder. */
export function actionYml(action: ActionDefinition, door: string): string {
  const inputs = Object.fromEntries(
    inputRows(action.inputs).map((row) => [
      row.name,
      {
        description: row.description,
        required: row.required,
        ...(row.default === undefined ? {} : { default: row.default }),
      },
    ]),
  )
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, description]) => [name, { description }]),
  )
  return (
    HEADER +
    stringify(
      {
        name: action.name,
        description: action.description,
        author: 'rke2-action',
        branding: { icon: action.icon, color: 'blue' },
        inputs,
        outputs,
        runs: {
          using: 'node24',
          main: `${door}/index.js`,
          ...(action.post ? { post: `${door}/post.js`, 'post-if': 'always()' } : {}),
        },
      },
      { lineWidth: 0 },
    )
  )
}
