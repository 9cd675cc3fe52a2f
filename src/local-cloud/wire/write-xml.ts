import { textOfScalar } from './scalar-text.ts'
import {
  type Reference,
  type ServiceModel,
  type Shape,
  type StructureShape,
  shapeOf,
  wireName,
} from './shapes.ts'
import { membersToWrite } from './write-members.ts'

/** The XML of a structure's members, in the model's order. An empty list is an empty element: clients tell it from none. */
export function xmlOfStructure(model: ServiceModel, shape: StructureShape, value: unknown): string {
  return membersToWrite(model, shape, value)
    .map((member) =>
      element(
        wireName(member.reference) ?? member.name,
        xmlOf(model, member.shape, member.value, member.name),
      ),
    )
    .join('')
}

function xmlOf(model: ServiceModel, shape: Shape, value: unknown, where: string): string {
  switch (shape.type) {
    case 'structure':
      return xmlOfStructure(model, shape, value)
    case 'list':
      return (value as unknown[]).map((item) => xmlOfItem(model, shape.member, item, where)).join('')
    case 'map':
      return Object.entries(value as object)
        .map(([key, one]) => {
          const inner = xmlOf(model, shapeOf(model, shape.value), one, `${where}.${key}`)
          return element('entry', element('key', escapeXml(key)) + element('value', inner))
        })
        .join('')
    default:
      return escapeXml(textOfScalar(shape, value, where))
  }
}

function xmlOfItem(model: ServiceModel, reference: Reference, item: unknown, where: string): string {
  return element(wireName(reference) ?? 'member', xmlOf(model, shapeOf(model, reference), item, where))
}

export function element(tag: string, inner: string): string {
  return `<${tag}>${inner}</${tag}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // XML's line-end rule would make a bare CR an LF.
  '\r': '&#xD;',
}
// XML 1.0 has no way to write these, escaped or not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text as XML content: escaped, without the control characters that XML forbids. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character)
}
