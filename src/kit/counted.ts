/** `1 server`, `3 servers`. */
export const counted = (count: number, noun: string, plural = `${noun}s`) =>
  `${count} ${count === 1 ? noun : plural}`

/** `the only server`, `all 3 servers`. */
export const allCounted = (count: number, noun: string) =>
  count === 1 ? `the only ${noun}` : `all ${count} ${noun}s`

/** `is` or `are`, of so many. */
export const are = (count: number) => (count === 1 ? 'is' : 'are')
