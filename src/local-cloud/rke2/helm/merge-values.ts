/** Helm's merge: maps are merged key by key, everything else is replaced by what comes later. */
export function mergeValues(documents: readonly unknown[]): Record<string, unknown> {
  return documents.reduce<Record<string, unknown>>((merged, document) => mergeInto(merged, document), {})
}

function mergeInto(base: Record<string, unknown>, overlay: unknown): Record<string, unknown> {
  if (!isMap(overlay)) return base
  const merged = { ...base }
  for (const [key, value] of Object.entries(overlay)) {
    const before = merged[key]
    merged[key] = isMap(before) && isMap(value) ? mergeInto(before, value) : value
  }
  return merged
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
