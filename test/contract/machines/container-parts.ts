import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '../../../src/local-cloud/tools/cache-directory.ts'
import { ensureEtcd } from '../../../src/local-cloud/tools/etcd.ts'
import { cachedPath, cachedVersions } from '../../../src/local-cloud/tools/kubernetes/cached-binaries.ts'

/** Genuine programs, as `node bin/genuine-parts.mjs` puts them into the cache. */
const CONTAINERS = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc', 'busybox'] as const
const KUBERNETES = ['kubelet', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const
const PARTS = ['etcd', ...CONTAINERS, ...KUBERNETES] as const
type Part = (typeof PARTS)[number]

const directory = cacheDirectory('container-parts')

/** Kubernetes' programs are those of the newest version that has a kubelet too. */
function pathOf(part: Part): string {
  if (part === 'etcd') return ensureEtcd(() => undefined).etcd
  if (CONTAINERS.some((one) => one === part)) return join(directory, part)
  const versions = cachedVersions().map((version) => cachedPath(version))
  return join(versions.find((path) => existsSync(join(path, 'kubelet'))) ?? '', part)
}

const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name)
export const missingParts = (): Part[] => PARTS.filter((part) => !existsSync(pathOf(part)))
export const readPart = (name: string): Buffer | undefined =>
  isPart(name) ? readFileSync(pathOf(name)) : undefined

/** An image as `docker save` packs it, of one static program: nothing can be pulled here. */
export function packImage(tag: string): Buffer {
  const work = mkdtempSync(join(tmpdir(), 'image-'))
  try {
    mkdirSync(join(work, 'layer/bin'), { recursive: true })
    copyFileSync(join(directory, 'busybox'), join(work, 'layer/bin/busybox'))
    tar(work, 'layer.tar', '-C', 'layer', 'bin')
    const [digest] = execFileSync('sha256sum', ['layer.tar'], { cwd: work, encoding: 'utf8' }).split(' ')
    const config = {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Entrypoint: ['/bin/busybox'], Cmd: ['sleep', '100000'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    }
    writeFileSync(join(work, 'config.json'), JSON.stringify(config))
    const manifest = [{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest))
    tar(work, 'image.tar', 'manifest.json', 'config.json', 'layer.tar')
    return readFileSync(join(work, 'image.tar'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const tar = (cwd: string, file: string, ...members: string[]) =>
  execFileSync('tar', ['-cf', file, '--owner=0', '--group=0', ...members], { cwd })
