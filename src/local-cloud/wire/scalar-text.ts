import type { ScalarShape } from './shapes.ts'

const INTEGER = /^[+-]?\d+$/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** A scalar from a query parameter; undefined when the text is not of that type. */
export function scalarFromText(shape: ScalarShape, text: string): unknown {
  switch (shape.type) {
    case 'string':
      return text
    case 'integer':
    case 'long':
      return INTEGER.test(text) ? Number(text) : undefined
    case 'float':
    case 'double':
      return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
    case 'boolean':
      return booleanFrom(text.toLowerCase())
    case 'timestamp':
      return dateFrom(text)
    case 'blob':
      return BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined
  }
}

function booleanFrom(text: string): boolean | undefined {
  if (text === 'true') return true
  return text === 'false' ? false : undefined
}

function dateFrom(text: string): Date | undefined {
  const date = new Date(INTEGER.test(text) ? Number(text) * 1000 : text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/**
 * A scalar as XML's text, unescaped.
 * @throws Error  when the value is not of the model's type: a handler's mistake, which AWS could not send either
 */
export function textOfScalar(shape: ScalarShape, value: unknown, where: string): string {
  if (!isOfType(shape, value)) throw new Error(`${where} is no ${shape.type}: ${typeof value}`)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return shape.encoding === 'uri' ? encodeRfc3986(String(value)) : String(value)
}

/** Whether a handler's value is one that the shape's SDK type allows. */
export function isOfType(shape: ScalarShape, value: unknown): boolean {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'timestamp':
      return value instanceof Date
    case 'blob':
      return value instanceof Uint8Array
    case 'integer':
    case 'long':
      return Number.isSafeInteger(value)
    default:
      return typeof value === 'number'
  }
}

// encodeURIComponent leaves these five, which RFC 3986 reserves.
export const encodeRfc3986 = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
