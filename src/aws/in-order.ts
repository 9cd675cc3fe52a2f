/** The ids that there are, in an order that every run sees alike: AWS lists things in any. */
export const inOrder = (ids: readonly (string | undefined)[]): string[] =>
  ids.flatMap((id) => id ?? []).toSorted()
