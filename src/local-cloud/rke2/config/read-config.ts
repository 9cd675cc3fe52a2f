import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument, type YAMLParseError } from 'yaml'
import { FatalError } from '../log.ts'
import { type ConfigReader, isKnownFlag, unknownFlag } from './flags.ts'
import { type ConfigDocument, configDocument, mergeDocuments } from './merge-documents.ts'

export interface RawConfig {
  values: Map<string, string[]>
  warnings: string[]
}

/**
 * config.yaml, then config.yaml.d/*.yaml in alphabetical order, then `arguments_` of the command line, the last one winning.
 * @throws FatalError in the words of RKE2's YAML reader.
 */
export function readConfig(reader: ConfigReader, file: string, arguments_: readonly string[]): RawConfig {
  const merged = mergeDocuments([...configFiles(file).map(readDocument), readArguments(arguments_)])
  const unknown = [...merged].filter(([name]) => !isKnownFlag(reader, name))
  for (const [name] of unknown) merged.delete(name)
  return {
    values: merged,
    warnings: unknown.flatMap(([name, values]) => values.map(() => unknownFlag(name))),
  }
}

function configFiles(file: string): string[] {
  const directory = `${file}.d`
  const dropIns = existsSync(directory) ? readdirSync(directory).sort() : []
  return [
    ...(existsSync(file) ? [file] : []),
    ...dropIns.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(directory, name)),
  ]
}

function readDocument(file: string): ConfigDocument {
  const document = parseDocument(readFileSync(file, 'utf8'))
  const fault = document.errors[0]
  if (fault) throw new FatalError(yamlFault(fault))
  return configDocument.parse(document.toJS() ?? {})
}

/** Go's reader and ours disagree on words, not on the line: only its most usual sentence is repeated exactly. */
function yamlFault(fault: Pick<YAMLParseError, 'code' | 'message' | 'linePos'>): string {
  const { line: at = 1, col = 1 } = fault.linePos?.[0] ?? {}
  // Go counts what the end of a file misses to the line before it.
  const line = col === 1 ? Math.max(at - 1, 1) : at
  const unclosedList = fault.code === 'MISSING_CHAR' || fault.code === 'BAD_INDENT'
  const what =
    unclosedList && /flow|\]/i.test(fault.message)
      ? "did not find expected ',' or ']'"
      : (fault.message.split(' at line')[0] ?? fault.message)
  return `yaml: line ${line}: ${what}`
}

/** `--node-name n1`, `--node-name=n1` and bare `--disable-kube-proxy`. */
function readArguments(arguments_: readonly string[]): ConfigDocument {
  const document: ConfigDocument = {}
  for (let index = 0; index < arguments_.length; index++) {
    const [name = '', given] = (arguments_[index] ?? '').replace(/^--/, '').split(/=(.*)/s)
    const next = arguments_[index + 1]
    const separate = given === undefined && next !== undefined && !next.startsWith('--')
    document[name] = [...(document[name] ?? []), given ?? (separate ? next : 'true')]
    if (separate) index++
  }
  return document
}
