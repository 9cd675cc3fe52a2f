/** Runs tasks of the same key one after the other, of different keys side by side. */
export function createQueue() {
  const last = new Map<string, Promise<unknown>>()
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    const ended = mine.catch(() => {
      // The caller hears of it; the next task does not.
    })
    last.set(key, ended)
    return mine
  }
}
