import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where systemd looks, the first wins. */
const DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/transient',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
]

interface FoundUnit {
  /** Inside the machine. */
  path: string
  text: string
}

/** Unit files of a machine. `root` is its root directory as the cloud sees it. */
export interface UnitFiles {
  find(unit: string): Promise<FoundUnit | undefined>
  writeTransient(unit: string, text: string): Promise<string>
  /** Links the unit into what wants it; survives a stop, for it lies on the disk. Gives the links made. */
  enable(unit: string, path: string, wantedBy: readonly string[]): Promise<string[]>
  /** Gives the links removed. */
  disable(unit: string): Promise<string[]>
  isEnabled(unit: string): Promise<boolean>
  /** Everything that is linked into any target. */
  enabled(): Promise<string[]>
  read(path: string): Promise<string | undefined>
}

const LINKS = '/etc/systemd/system'

export function createUnitFiles(root: () => string): UnitFiles {
  const place = (path: string) => join(root(), path)

  /** Follows links itself: an absolute one is meant inside the machine. */
  const read = async (path: string, depth = 0): Promise<string | undefined> => {
    const link = await readlink(place(path)).catch(() => undefined)
    if (link !== undefined && depth < 8)
      return read(link.startsWith('/') ? link : join(dirname(path), link), depth + 1)
    return readFile(place(path), 'utf8').catch(() => undefined)
  }
  /** Links below the targets' `.wants` directories. */
  const links = async (): Promise<string[]> => {
    const targets = (await readdir(place(LINKS)).catch(() => [])).filter((name) =>
      /\.(wants|requires)$/.test(name),
    )
    const nested = await Promise.all(
      targets.map(async (target) =>
        (await readdir(place(join(LINKS, target)))).map((unit) => join(LINKS, target, unit)),
      ),
    )
    return nested.flat()
  }
  const linksTo = async (unit: string) => (await links()).filter((link) => link.endsWith(`/${unit}`))

  return {
    read,
    async find(unit) {
      for (const directory of DIRECTORIES) {
        const path = join(directory, unit)
        const text = await read(path)
        if (text !== undefined) return { path, text }
      }
      // An instance of a template: name@instance.service.
      const template = unit.replace(/@[^.]+\./, '@.')
      return template === unit || template === '' ? undefined : this.find(template)
    },
    async writeTransient(unit, text) {
      const path = join('/run/systemd/transient', unit)
      await mkdir(dirname(place(path)), { recursive: true })
      await writeFile(place(path), text)
      return path
    },
    async enable(unit, path, wantedBy) {
      const made = wantedBy.map((target) => join(LINKS, `${target}.wants`, unit))
      for (const link of made) {
        await mkdir(dirname(place(link)), { recursive: true })
        await rm(place(link), { force: true })
        await symlink(path, place(link))
      }
      return made
    },
    async disable(unit) {
      const gone = await linksTo(unit)
      for (const link of gone) await rm(place(link), { force: true })
      return gone
    },
    isEnabled: async (unit) => (await linksTo(unit)).length > 0,
    enabled: async () => [...new Set((await links()).map((link) => link.slice(link.lastIndexOf('/') + 1)))],
  }
}
