import type { AwsFault } from './service.ts'
import type { ServiceModel, StructureShape } from './shapes.ts'
import type { PathStyle, Report, Violation } from './violation.ts'

export interface Reply {
  status: number
  contentType: string
  body: string
}

/** One of AWS's wire protocols: how it reads input, answers, fails and refuses. Services differ only in their model. */
export interface Protocol {
  paths: PathStyle
  /** The operation's input in the SDK's shape; what is unknown or of another type is reported. */
  read: (model: ServiceModel, shape: StructureShape, body: string, report: Report) => Record<string, unknown>
  refuse: (violations: readonly Violation[]) => AwsFault
  unknownOperation: (name: string) => AwsFault
  succeed: (answer: Answer) => Reply
  fail: (fault: AwsFault, failure: Failure) => Reply
  /** The code for a failure of the service itself. */
  internalErrorCode: string
}

interface Answer {
  model: ServiceModel
  operation: string
  /** Undefined: the operation has no output. */
  shape: StructureShape | undefined
  output: unknown
  requestId: string
}

export interface Failure {
  /** Undefined where the request named no service. */
  model: ServiceModel | undefined
  requestId: string
}
