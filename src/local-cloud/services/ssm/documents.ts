import { AwsFault } from '../../wire/service.ts'

interface DocumentParameter {
  type: 'String' | 'StringList'
  required: boolean
  pattern?: RegExp
  most?: number
}

export interface CommandDocument {
  name: string
  defaultVersion: string
  parameters: Readonly<Record<string, DocumentParameter>>
  /** Schema 1.2, as the agent gets it. */
  content: object
}

/** 1 to 172800 seconds (AWS documentation). */
const EXECUTION_TIMEOUT = /^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$/

const runShellScript: CommandDocument = {
  name: 'AWS-RunShellScript',
  defaultVersion: '1',
  parameters: {
    commands: { type: 'StringList', required: true },
    workingDirectory: { type: 'String', required: false, most: 4096 },
    executionTimeout: { type: 'String', required: false, pattern: EXECUTION_TIMEOUT },
  },
  content: {
    schemaVersion: '1.2',
    description: 'Run a shell script or specify the commands to run.',
    parameters: {
      commands: {
        type: 'StringList',
        description: '(Required) Specify a shell script or a command to run.',
        minItems: 1,
        displayType: 'textarea',
      },
      workingDirectory: {
        type: 'String',
        default: '',
        description: '(Optional) The path to the working directory on your instance.',
        maxChars: 4096,
      },
      executionTimeout: {
        type: 'String',
        default: '3600',
        description:
          '(Optional) The time in seconds for a command to complete before it is considered to have failed.',
        allowedPattern: EXECUTION_TIMEOUT.source,
      },
    },
    runtimeConfig: {
      'aws:runShellScript': {
        properties: [
          {
            id: '0.aws:runShellScript',
            runCommand: '{{ commands }}',
            workingDirectory: '{{ workingDirectory }}',
            timeoutSeconds: '{{ executionTimeout }}',
          },
        ],
      },
    },
  },
}

export const DEFAULT_EXECUTION_SECONDS = 3600
/** Of the content and the parameters together (AWS documentation). */
const DOCUMENT_BYTES = 65_536

/** @throws AwsFault InvalidDocument, InvalidDocumentVersion */
export function documentOf(name: string, version: string | undefined): CommandDocument {
  if (name !== runShellScript.name)
    throw new AwsFault('InvalidDocument', `Document with name ${name} does not exist.`)
  if (version !== undefined && !['$DEFAULT', '$LATEST', runShellScript.defaultVersion].includes(version))
    throw new AwsFault('InvalidDocumentVersion', `The document version ${version} is not valid.`)
  return runShellScript
}

type Values = Readonly<Record<string, readonly string[]>>

/** @throws AwsFault InvalidParameters, MaxDocumentSizeExceeded */
export function refuseParameters(document: CommandDocument, values: Values): void {
  const invalid = (message: string) => new AwsFault('InvalidParameters', message)
  for (const [name, { required }] of Object.entries(document.parameters))
    if (required && !values[name]?.length)
      throw invalid(`Parameter ${name} is required by document ${document.name}.`)
  for (const [name, list] of Object.entries(values)) {
    const parameter = document.parameters[name]
    if (!parameter) throw invalid(`Parameter ${name} is not supported by document ${document.name}.`)
    refuseValue(name, parameter, list)
  }
  if (Buffer.byteLength(JSON.stringify([document.content, values])) > DOCUMENT_BYTES)
    throw new AwsFault('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.')
}

function refuseValue(
  name: string,
  { type, pattern, most }: DocumentParameter,
  list: readonly string[],
): void {
  const invalid = (message: string) => new AwsFault('InvalidParameters', message)
  if (type === 'String' && list.length !== 1) throw invalid(`Parameter ${name} takes one value.`)
  const [first = ''] = list
  if (pattern && !pattern.test(first)) throw invalid(`Parameter ${name} doesn't match ${pattern.source}.`)
  if (most !== undefined && first.length > most) throw invalid(`Parameter ${name} is longer than ${most}.`)
  // `{{ssm:…}}` is the agent's to resolve; a secret one is for other documents.
  if (list.some((text) => /\{\{\s*ssm-secure:/.test(text)))
    throw invalid(`the local cloud does not resolve {{ssm-secure:…}} in parameter ${name}`)
}

/** Parameters as an agent gets them: a String as text, a StringList as a list. */
export function agentParameters(document: CommandDocument, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => [
      name,
      document.parameters[name]?.type === 'String' ? list[0] : list,
    ]),
  )
}
