/** `: did you mean "servers"?` for what is written like one of `known` but for its case, hyphens and `most` letters, else nothing. */
export function didYouMean(word: string, known: readonly string[], most = 2): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, '')
  const alike =
    known.find((one) => plain(one) === plain(word)) ?? known.find((one) => distance(one, word) <= most)
  return alike ? `: did you mean "${alike}"?` : ''
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
    row = next
  }
  return row[b.length] ?? 0
}
