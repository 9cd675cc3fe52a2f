/** Document workers of the genuine agent, and how many commands wait for one before polling stalls. */
const WORKERS = 5
const BUFFER = 5

export interface WorkerPool {
  /** Whether there is room at once, or within `milliseconds`. */
  room(milliseconds: number): Promise<boolean>
  submit(task: () => Promise<void>): void
}

/** Five commands run, five wait; more have to be delivered again. */
export function createWorkerPool(): WorkerPool {
  const waiting: (() => Promise<void>)[] = []
  const seekers = new Set<() => void>()
  let running = 0

  const next = () => {
    while (running < WORKERS) {
      const task = waiting.shift()
      if (!task) break
      running += 1
      void task().finally(() => {
        running -= 1
        next()
      })
    }
    if (waiting.length < BUFFER) for (const seek of seekers) seek()
  }
  return {
    room: (milliseconds) =>
      new Promise((resolve) => {
        if (running < WORKERS || waiting.length < BUFFER) return resolve(true)
        const end = (found: boolean) => {
          clearTimeout(timer)
          seekers.delete(seek)
          resolve(found)
        }
        const seek = () => end(true)
        const timer = setTimeout(() => end(false), milliseconds)
        seekers.add(seek)
      }),
    submit(task) {
      waiting.push(task)
      next()
    },
  }
}
