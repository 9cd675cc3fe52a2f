#!/usr/bin/env node
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, has, run, say } from './set-up.mjs'

// What the tests of machines that run containers need, genuine and from registries, once into the cache: containerd, runc
// and a static busybox as Debian or Ubuntu packages them, unpacked and not installed; the kubelet from Go modules.

const KUBERNETES = 'v1.35.4'
const PACKAGES = {
  containerd: ['usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2', 'usr/bin/ctr'],
  runc: ['usr/sbin/runc'],
  // Newer distributions keep nothing outside of /usr.
  'busybox-static': ['bin/busybox', 'usr/bin/busybox'],
}

const target = join(cache, 'container-parts')
mkdirSync(target, { recursive: true })

function inScratch(work) {
  const scratch = mkdtempSync(join(tmpdir(), 'container-parts-'))
  try {
    work(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A file gets its name when it is whole. */
function keep(file, name) {
  copyFileSync(file, join(target, `${name}.part`))
  chmodSync(join(target, `${name}.part`), 0o755)
  renameSync(join(target, `${name}.part`), join(target, name))
}

const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1)
const isThere = (path) => existsSync(join(target, nameOf(path)))

function unpack(name, paths) {
  if (paths.some(isThere)) return
  say(`fetching ${name} (Debian package, unpacked into the cache, not installed)`)
  inScratch((scratch) => {
    run('apt-get', ['download', '-qq', name], { cwd: scratch })
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'))
    run('dpkg-deb', ['-x', join(scratch, archive ?? name), scratch])
    for (const path of paths) if (existsSync(join(scratch, path))) keep(join(scratch, path), nameOf(path))
  })
}

/** A go.mod without code of ours: the staging modules of Kubernetes are to be had as modules of their own, v0.35.4 for v1.35.4. */
function goModule(upstream) {
  const staging = [...upstream.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, name]) => name)
  const version = KUBERNETES.replace('v1.', 'v0.')
  return [
    'module kubelet',
    /^go \S+$/m.exec(upstream)?.[0],
    `require k8s.io/kubernetes ${KUBERNETES}`,
    ...staging.map((name) => `replace ${name} => ${name} ${version}`),
    'tool k8s.io/kubernetes/cmd/kubelet',
    '',
  ].join('\n')
}

function buildKubelet() {
  if (isThere('kubelet')) return
  if (!has('go')) throw new Error('building the kubelet needs Go ≥ 1.25: https://go.dev/dl')
  say(`building the kubelet ${KUBERNETES} from Go modules (4 minutes on two cores, once)`)
  inScratch((scratch) => {
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' }
    writeFileSync(join(scratch, 'go.mod'), 'module fetch\n')
    const found = execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${KUBERNETES}`], {
      cwd: scratch,
      env,
    })
    writeFileSync(join(scratch, 'go.mod'), goModule(readFileSync(JSON.parse(found).GoMod, 'utf8')))
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES)
    const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
      `-X ${path}.gitVersion=${KUBERNETES}`,
      `-X ${path}.gitMajor=${major}`,
      `-X ${path}.gitMinor=${minor}`,
    ])
    const flags = ['-trimpath', '-mod=mod', '-buildvcs=false', '-ldflags', ['-s -w', ...stamps].join(' ')]
    run('nice', ['-n', '19', 'go', 'build', ...flags, '-o', 'kubelet', 'k8s.io/kubernetes/cmd/kubelet'], {
      cwd: scratch,
      env,
    })
    keep(join(scratch, 'kubelet'), 'kubelet')
  })
}

for (const [name, paths] of Object.entries(PACKAGES)) unpack(name, paths)
buildKubelet()
say(`containerd, runc, busybox and the kubelet are in ${target}`)
