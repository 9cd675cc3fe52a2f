import * as z from 'zod'

/** A document of configuration: every value a text, a number, a boolean or a list of these. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const values = z.union([scalar.transform((value) => [value]), z.array(scalar)])
export const configDocument = z.record(z.string(), values.nullable())

export type ConfigDocument = z.infer<typeof configDocument>

/** Later documents win; a key written `name+` adds to what is there. */
export function mergeDocuments(documents: readonly ConfigDocument[]): Map<string, string[]> {
  const merged = new Map<string, string[]>()
  for (const [key, value] of documents.flatMap((document) => Object.entries(document))) {
    const name = key.replace(/\+$/, '')
    const earlier = key.endsWith('+') ? (merged.get(name) ?? []) : []
    merged.set(name, [...earlier, ...(value ?? [])])
  }
  return merged
}
