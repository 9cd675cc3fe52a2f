import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import cniPlugin from './cilium-image/cni-plugin.sh'
import installPlugin from './cilium-image/install-plugin.sh'
import launcher from './cilium-image/launcher.sh'
import noPortmap from './cilium-image/no-portmap.sh'
import nothingToDo from './cilium-image/nothing-to-do.sh'
import { hostPrograms } from './host-programs.ts'
import { writeStored } from './stored-zstd.ts'

const run = promisify(execFile)

export interface ImageOptions {
  /** The archive to write, as `….tar.zst`. */
  file: string
  /** Every name that the chart may ask for, with its tag. */
  images: readonly string[]
  /** Path of the bundled program, rke2.js. */
  program: string
  arch: 'amd64' | 'arm64'
}

const scripts: Readonly<Record<string, string>> = {
  '/usr/bin/cilium': launcher,
  '/usr/bin/cilium-agent': launcher,
  '/usr/bin/cilium-dbg': launcher,
  '/usr/bin/cilium-health': launcher,
  '/usr/bin/cilium-health-responder': launcher,
  '/usr/bin/cilium-operator-generic': launcher,
  '/usr/bin/cilium-mount': nothingToDo,
  '/usr/bin/cilium-sysctlfix': nothingToDo,
  '/init-container.sh': nothingToDo,
  '/cni-uninstall.sh': nothingToDo,
  '/install-plugin.sh': installPlugin,
  '/no-portmap.sh': noPortmap,
  '/opt/cilium/cni-plugin.sh': cniPlugin,
  // The bundle is an ES module whatever package.json lies above it.
  '/opt/cilium/package.json': '{"type":"module"}\n',
  // `localhost` is in /etc/hosts, and no resolver is to be asked for it.
  '/etc/nsswitch.conf': 'hosts: files dns\n',
}

/**
 * Writes one image under all the names, as `docker save` does: our Cilium, in the places where RKE2's chart looks for Cilium's own programs.
 * Stored, not compressed, as it never leaves the machine: 110 MB, of which node.js is the most.
 * @throws UserError when this machine lacks a program that the image is made of.
 */
export async function packCiliumImages({ file, images, program, arch }: ImageOptions): Promise<void> {
  // Beside the archive, so that it ends with the cloud, however that ends.
  const work = await mkdtemp(join(dirname(file), 'image-'))
  const layer = join(work, 'layer.tar')
  try {
    const environment = await layTree(join(work, 'tree'), program)
    await run('tar', ['-cf', layer, ...PLAIN, '--dereference', '-C', join(work, 'tree'), '.'])
    const digest = createHash('sha256')
    await pipeline(createReadStream(layer), digest)
    const config = {
      architecture: arch,
      os: 'linux',
      config: { Entrypoint: ['/no-portmap.sh'], Env: environment },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest.digest('hex')}`] },
    }
    const manifest = [{ Config: 'config.json', RepoTags: images, Layers: ['layer.tar'] }]
    await writeFile(join(work, 'config.json'), JSON.stringify(config))
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest))
    await storeTar(work, ['manifest.json', 'config.json', 'layer.tar'], file)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

// Readable to all, as in every image, whatever this process's umask is.
const PLAIN = ['--owner=0', '--group=0', '--mode=go+rX']

/** Lays the image's files, those of this machine as links. @returns the image's environment. */
async function layTree(tree: string, program: string): Promise<string[]> {
  const lay = async (path: string, put: (target: string) => Promise<void>) => {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await put(join(tree, path))
  }
  const linked = await hostPrograms()
  const libraries = new Set([...linked.keys()].filter((path) => /\.so\b/.test(path)).map(dirname))
  linked.set('/opt/cilium/rke2.js', program)
  for (const [path, source] of linked) await lay(path, (target) => symlink(source, target))
  for (const [path, text] of Object.entries(scripts))
    await lay(path, (target) => writeFile(target, text, { mode: 0o755 }))
  // No cache of the loader's is there to say where they lie.
  return ['PATH=/usr/bin:/bin', `LD_LIBRARY_PATH=${[...libraries].join(':')}`]
}

/** A tar as Zstandard: each piece is a frame of its own, which together are one file (RFC 8878, 3.1). */
async function storeTar(directory: string, members: readonly string[], file: string): Promise<void> {
  const tar = spawn('tar', ['-cf', '-', ...PLAIN, '-C', directory, ...members], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(tar, 'close')
  await pipeline(tar.stdout, framesOf, createWriteStream(file))
  const [code] = await closed
  if (code !== 0) throw new Error(`tar ended with status ${code}`)
}

async function* framesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield writeStored(piece)
}
