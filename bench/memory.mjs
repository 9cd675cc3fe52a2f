import { readdirSync, readFileSync } from 'node:fs'

const INTERVAL_MS = 250

const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process has ended meanwhile.
    return ''
  }
}

const kilobytes = (text, field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)

/** Parent by pid. The command name may hold spaces and brackets: what follows its last bracket is told. */
const parents = () =>
  new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1])]),
  )

/** `root` and all that descends from it. Sandboxes too: their processes have parents here, whatever their namespace. */
function treeOf(root) {
  const parentOf = parents()
  const found = new Set([root])
  let before = 0
  while (found.size > before) {
    before = found.size
    for (const [pid, parent] of parentOf) if (found.has(parent)) found.add(pid)
  }
  return [...found]
}

/**
 * Watches the memory of a process tree, four times a second.
 * @returns a function that ends it and gives the highest sums in GiB: `rss` counts a page once for each process that maps it,
 * `pss` once at all. `pss` is read at each new height of `rss` only, because it costs the kernel a walk of all pages.
 */
export function watchMemory(root) {
  const peak = { rss: 0, pss: 0, processes: 0 }
  const look = () => {
    const pids = treeOf(root)
    const rss = pids.reduce((sum, pid) => sum + kilobytes(read(`/proc/${pid}/status`), 'VmRSS'), 0)
    if (rss <= peak.rss) return
    peak.rss = rss
    peak.processes = pids.length
    const pss = pids.reduce((sum, pid) => sum + kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss'), 0)
    peak.pss = Math.max(peak.pss, pss)
  }
  const timer = setInterval(look, INTERVAL_MS)
  return () => {
    clearInterval(timer)
    return { rss: peak.rss / 2 ** 20, pss: peak.pss / 2 ** 20, processes: peak.processes }
  }
}
