import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { imageLists } from './artifacts/image-lists.ts'
import killall from './artifacts/rke2-killall.sh'
import uninstall from './artifacts/rke2-uninstall.sh'
import { writeStored } from './artifacts/stored-zstd.ts'
import { environmentFile, unitFile } from './artifacts/systemd-units.ts'
import { writeTar } from './artifacts/tar.ts'

const run = promisify(execFile)

export interface ArtifactOptions {
  /** As `v1.35.4+rke2r1`. */
  version: string
  /** Where the files go. It is made when it is missing. */
  directory: string
  /** Path of the bundled program, rke2.js. */
  program: string
  /** Directory of the charts that RKE2 installs. */
  charts: string
  arch: 'amd64' | 'arm64'
}

// The installer may move the tree to another prefix, so the program finds its own.
const LAUNCHER = `#!/bin/sh
exec /opt/local-cloud/node "$(dirname "$(dirname "$(readlink -f "$0")")")/share/rke2/rke2.js" "$@"
`

/** kernel settings that \`profile: cis\` asks for (rancher/rke2 and its documentation). */
const CIS_SYSCTL = 'vm.panic_on_oom=0\nvm.overcommit_memory=1\nkernel.panic=10\nkernel.panic_on_oops=1\n'

/** Writes what a release of RKE2 offers for download: the tarball, the image archives, and the sums over all of them. */
export async function buildArtifacts(options: ArtifactOptions): Promise<void> {
  const { directory, arch } = options
  await mkdir(directory, { recursive: true })
  const written = [await buildTarball(options)]
  for (const [name, images] of Object.entries(imageLists)) {
    const file = `rke2-images-${name}.linux-${arch}.tar.zst`
    const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: images, Layers: [] }])
    await writeFile(join(directory, file), writeStored(writeTar('manifest.json', Buffer.from(manifest))))
    await writeFile(join(directory, `rke2-images-${name}.linux-${arch}.txt`), `${images.join('\n')}\n`)
    written.push(file, `rke2-images-${name}.linux-${arch}.txt`)
  }
  const sums = await Promise.all(
    written.map(async (file) => `${await sha256(join(directory, file))}  ${file}\n`),
  )
  await writeFile(join(directory, `sha256sum-${arch}.txt`), sums.join(''))
}

async function buildTarball({ version, directory, program, charts, arch }: ArtifactOptions): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'rke2-artifact-'))
  try {
    const units = join(tree, 'lib/systemd/system')
    const share = join(tree, 'share/rke2')
    for (const path of [join(tree, 'bin'), units, share]) await mkdir(path, { recursive: true })
    await writeProgram(join(tree, 'bin/rke2'), LAUNCHER)
    await writeProgram(join(tree, 'bin/rke2-killall.sh'), killall)
    await writeProgram(join(tree, 'bin/rke2-uninstall.sh'), uninstall)
    for (const role of ['server', 'agent'] as const) {
      await writeFile(join(units, `rke2-${role}.service`), unitFile(role))
      await writeFile(join(units, `rke2-${role}.env`), environmentFile)
    }
    await copyFile(program, join(share, 'rke2.js'))
    await cp(charts, join(share, 'charts'), { recursive: true })
    await writeFile(join(share, 'VERSION'), `${version}\n`)
    // The bundle is an ES module whatever package.json lies above it.
    await writeFile(join(share, 'package.json'), '{"type":"module"}\n')
    await writeFile(join(share, 'rke2-cis-sysctl.conf'), CIS_SYSCTL)
    const file = `rke2.linux-${arch}.tar.gz`
    await run('tar', [
      '-czf',
      join(directory, file),
      '--owner=0',
      '--group=0',
      '-C',
      tree,
      'bin',
      'lib',
      'share',
    ])
    return file
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
}

async function writeProgram(file: string, text: string): Promise<void> {
  await writeFile(file, text)
  await chmod(file, 0o755)
}

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
