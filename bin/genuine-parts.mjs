#!/usr/bin/env node
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aptGet, cache, ensureDebianPackage, has, run, say } from './set-up.mjs'

// What tests with genuine parts need, from registries and once into the cache: Kubernetes' programs from Go modules;
// containerd, runc and a static busybox as Debian or Ubuntu packages them, unpacked and not installed.

const PACKAGES = {
  containerd: ['usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2', 'usr/bin/ctr'],
  runc: ['usr/sbin/runc'],
  // Newer distributions keep nothing outside of /usr.
  'busybox-static': ['bin/busybox', 'usr/bin/busybox'],
}

const target = join(cache, 'container-parts')

/** A file gets its name when it is whole. */
function keep(file, name) {
  copyFileSync(file, join(target, `${name}.part`))
  chmodSync(join(target, `${name}.part`), 0o755)
  renameSync(join(target, `${name}.part`), join(target, name))
}

const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1)

function unpack(name, paths) {
  if (paths.some((path) => existsSync(join(target, nameOf(path))))) return
  say(`fetching ${name} (Debian package, unpacked into the cache, not installed)`)
  const scratch = mkdtempSync(join(tmpdir(), 'genuine-parts-'))
  try {
    const download = () => run('apt-get', ['download', '-qq', name], { cwd: scratch })
    try {
      download()
    } catch {
      aptGet('update', '-qq')
      download()
    }
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'))
    if (!archive) throw new Error('no .deb was downloaded')
    run('dpkg-deb', ['-x', join(scratch, archive), scratch])
    for (const path of paths) if (existsSync(join(scratch, path))) keep(join(scratch, path), nameOf(path))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function containerParts() {
  mkdirSync(target, { recursive: true })
  for (const [name, paths] of Object.entries(PACKAGES)) unpack(name, paths)
  ensureDebianPackage('mkfs.ext4', 'e2fsprogs')
  ensureDebianPackage('zstd', 'zstd')
}

/** Where some version of them lies, with its kubelet. */
function kubernetesIsThere() {
  const versions = join(cache, 'kubernetes')
  return (
    existsSync(versions) && readdirSync(versions).some((name) => existsSync(join(versions, name, 'kubelet')))
  )
}

function kubernetes() {
  if (kubernetesIsThere()) return
  if (!has('go')) throw new Error('building Kubernetes needs Go ≥ 1.25: https://go.dev/dl')
  run('nice', ['-n', '19', process.execPath, 'dist/local-cloud/index.js', 'build-kubernetes', '--kubelet'])
}

const parts = {
  "upstream's control plane, and the kubelet": kubernetes,
  'containerd and runc': containerParts,
}
for (const [name, get] of Object.entries(parts)) {
  try {
    get()
    say(`${name}: in ${cache}`)
  } catch (error) {
    // Not red: a contributor's machine may lack what it takes. Never silent: the tests say so in their names as well.
    console.error(`NOT RUN: whatever needs ${name}: ${error.message}`)
  }
}
