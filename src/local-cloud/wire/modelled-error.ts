import type { AwsFault } from './service.ts'
import type { ServiceModel, StructureShape } from './shapes.ts'

export interface ModelledError {
  /** As it goes over the wire. */
  code: string
  status: number
  /** The error's shape; undefined where the model has none of that code, as for all of EC2's. */
  shape: StructureShape | undefined
}

/**
 * What the model says of a fault. The query protocols write a code of their own for a shape (`NoSuchEntity` for
 * NoSuchEntityException), JSON the shape's name; either finds it.
 */
export function modelledError(model: ServiceModel | undefined, fault: AwsFault): ModelledError {
  for (const [name, shape] of Object.entries(model?.shapes ?? {})) {
    if (shape.type !== 'structure' || !shape.error) continue
    const code = shape.error.code ?? name
    if (fault.code === code || fault.code === name)
      return { code, status: fault.status ?? shape.error.status, shape }
  }
  return { code: fault.code, status: fault.status ?? 400, shape: undefined }
}

/** The members of the error's shape: the fault's details, and its text under the model's name for that. */
export function errorMembers(error: ModelledError, fault: AwsFault): Record<string, unknown> {
  const text = Object.keys(error.shape?.members ?? {}).find((name) => name.toLowerCase() === 'message')
  return { ...fault.details, ...(text ? { [text]: fault.message } : {}) }
}
