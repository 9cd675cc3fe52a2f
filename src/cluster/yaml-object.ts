import { parseDocument } from 'yaml'

export type YamlObject = Record<string, unknown>

/** Parses YAML that must be a mapping; nothing at all is an empty one. */
export function yamlObject(text: string): { value: YamlObject } | { fault: string } {
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (error) return { fault: `not YAML: ${error.message.split('\n')[0]}` }
  const value: unknown = document.toJS() ?? {}
  if (isObject(value)) return { value }
  return { fault: 'write a mapping: key: value' }
}

export const isObject = (value: unknown): value is YamlObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
