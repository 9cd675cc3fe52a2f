import type { AgentApi } from './agent-api.ts'

const REFERENCE = /\{\{\s*ssm:([\w./-]+)\s*\}\}/g
/** Names in one GetParameters (AWS documentation). */
const MOST_NAMES = 10

/**
 * Puts values of Parameter Store in the place of `{{ssm:name}}`, wherever it stands in a command's payload.
 * @throws Error for a parameter that isn't there, or is secret: scripts and outputs lie on disk
 */
export async function resolveParameters(
  payload: string,
  getParameters: AgentApi['getParameters'],
): Promise<string> {
  const names = [...new Set([...payload.matchAll(REFERENCE)].map(([, name = '']) => name))]
  if (names.length === 0) return payload
  const values = new Map<string, string>()
  for (let at = 0; at < names.length; at += MOST_NAMES)
    for (const { Name, Type, Value } of await getParameters(names.slice(at, at + MOST_NAMES))) {
      if (Type === 'SecureString')
        throw new Error(`non-secure prefix ssm: is used for a secure type ${Type}: ${Name}`)
      values.set(Name, Value)
    }
  const missing = names.filter((name) => !values.has(name))
  if (missing.length > 0) throw new Error(`invalid parameters: ${missing.join(', ')}`)
  // The payload is JSON text: what goes in has to stay inside its quotes.
  return payload.replace(REFERENCE, (_, name: string) => JSON.stringify(values.get(name)).slice(1, -1))
}
