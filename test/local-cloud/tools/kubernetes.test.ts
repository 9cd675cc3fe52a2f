import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { COMPONENTS, inspectBinaries, minorOf } from '../../../src/local-cloud/tools/kubernetes/binaries.ts'
import { buildBinaries, ensureRoom } from '../../../src/local-cloud/tools/kubernetes/build-binaries.ts'
import {
  goArch,
  readCached,
  sha256,
  writeCached,
} from '../../../src/local-cloud/tools/kubernetes/cached-binaries.ts'
import { downloadBinaries } from '../../../src/local-cloud/tools/kubernetes/download-binaries.ts'
import { ensureControlPlane } from '../../../src/local-cloud/tools/kubernetes/ensure-control-plane.ts'
import { findBinaries, preferred } from '../../../src/local-cloud/tools/kubernetes/find-binaries.ts'
import { goModule, linkerFlags } from '../../../src/local-cloud/tools/kubernetes/go-module.ts'

const RELEASE = 'v1.35.7+rke2r1'
const root = mkdtempSync(join(tmpdir(), 'rke2-action-kubernetes-test-'))
afterAll(() => rmSync(root, { recursive: true }))
let cache = ''
beforeEach(() => {
  cache = mkdtempSync(join(root, 'cache-'))
})

/** Programs that say their version and do nothing else. */
function lay(directory: string, version: string, components: readonly string[] = COMPONENTS): string {
  mkdirSync(directory, { recursive: true })
  for (const component of components) {
    writeFileSync(join(directory, component), `#!/bin/sh\necho Kubernetes ${version}\n`)
    chmodSync(join(directory, component), 0o755)
  }
  return directory
}
const layCached = (version: string, said = version) =>
  writeCached(version, async (directory) => void lay(directory, said), cache)
const say = () => undefined

test('a version has a minor', () => {
  expect(minorOf(RELEASE)).toBe('v1.35')
  expect(() => minorOf('stable')).toThrow('no version')
})

test('programs of one version are taken, with the exact patch before another of the same minor', async () => {
  await layCached('v1.35.4')
  await layCached('v1.34.1')
  expect(findBinaries(RELEASE, { cache })).toMatchObject({ version: 'v1.35.4', source: 'cache' })
  await layCached('v1.35.7')
  expect(findBinaries(RELEASE, { cache })?.version).toBe('v1.35.7')
  const named = lay(join(cache, 'named'), 'v1.35.9')
  expect(findBinaries(RELEASE, { cache, named })).toMatchObject({ version: 'v1.35.9', source: named })
  expect(preferred(RELEASE, ['v1.36.0', 'v1.35.9', 'v1.35.1'])).toBe('v1.35.9')
  expect(preferred('v1.35.1-rc2+rke2r1', ['v1.35.9', 'v1.35.1'])).toBe('v1.35.1')
  expect(preferred(RELEASE, ['v1.36.0'])).toBeUndefined()
})

test.each<[string, (directory: string) => void, string]>([
  [
    'missing',
    (directory) => lay(directory, 'v1.35.4', ['kube-apiserver']),
    'kube-controller-manager, kube-scheduler missing',
  ],
  [
    'of mixed versions',
    (directory) => {
      lay(directory, 'v1.35.4')
      lay(directory, 'v1.35.5', ['kube-scheduler'])
    },
    'versions are mixed: kube-apiserver v1.35.4, kube-controller-manager v1.35.4, kube-scheduler v1.35.5',
  ],
  [
    'of another architecture',
    (directory) => {
      lay(directory, 'v1.35.4')
      // An ELF header of a machine that nobody has (EM_S390, 22).
      const header = Buffer.alloc(64)
      header.write('\x7fELF\x02\x02\x01', 'latin1')
      header.writeUInt16BE(2, 16)
      header.writeUInt16BE(22, 18)
      writeFileSync(join(directory, 'kube-apiserver'), header)
    },
    `kube-apiserver is for another architecture than this machine's ${process.arch}`,
  ],
  [
    'something else',
    (directory) => {
      lay(directory, 'v1.35.4')
      writeFileSync(join(directory, 'kube-scheduler'), '#!/bin/sh\necho hello\n')
    },
    'kube-scheduler says "hello", not its version',
  ],
])('a directory whose programs are %s is refused, with a way out', (_, prepare, words) => {
  const directory = join(cache, 'named')
  prepare(directory)
  expect(() => inspectBinaries(directory)).toThrow(words)
  expect(hintOf(() => inspectBinaries(directory))).toContain('npm run build:kubernetes')
})

function hintOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    return (error as { hint?: string }).hint
  }
  return undefined
}

test('a directory that was named is never replaced by another: the wrong minor is an error', () => {
  const named = lay(join(cache, 'named'), 'v1.34.2')
  expect(() => findBinaries(RELEASE, { cache, named })).toThrow(
    'holds Kubernetes v1.34.2; a cluster of v1.35.7+rke2r1 wants v1.35',
  )
})

test('a cache that was cut short is told, with the way to mend it; nobody who did not ask is held up', async () => {
  const { directory } = await layCached('v1.35.4')
  truncateSync(join(directory, 'kube-scheduler'), 7)
  expect(() => readCached('v1.35.4', cache)).toThrow(
    'half-written or damaged: kube-scheduler has 7 bytes instead of',
  )
  expect(hintOf(() => readCached('v1.35.4', cache))).toContain(`rm -r ${directory}`)
  const options = { releases: [RELEASE] as [string], cache }
  await expect(ensureControlPlane({ choice: 'upstream', ...options }, say)).rejects.toThrow('half-written')
  const said: string[] = []
  const setup = await ensureControlPlane({ choice: 'auto', ...options }, (line) => said.push(line))
  expect(setup).toMatchObject({ controlPlane: 'light', kubernetes: {} })
  expect(said.join()).toContain('half-written')
  rmSync(join(directory, 'manifest.json'))
  expect(() => readCached('v1.35.4', cache)).toThrow('manifest.json is missing')
})

test('what ends before all is written leaves nothing in the cache', async () => {
  const broken = writeCached(
    'v1.35.4',
    (directory) => {
      lay(directory, 'v1.35.4', ['kube-apiserver'])
      return Promise.reject(new Error('the disk is full'))
    },
    cache,
  )
  await expect(broken).rejects.toThrow('the disk is full')
  await expect(layCached('v1.35.4', 'v1.35.3')).rejects.toThrow('v1.35.3 was written instead')
  expect(readdirSync(cache)).toEqual([])
})

test('what runs is said, and how to get the other', async () => {
  const options = { releases: [RELEASE, 'v1.34.10+rke2r1'] as [string, string], cache }
  const without = await ensureControlPlane({ choice: 'auto', ...options }, say)
  expect(without.words).toContain('--control-plane upstream')
  const { directory } = await layCached('v1.35.4')
  const other = await layCached('v1.34.1')
  const setup = await ensureControlPlane({ choice: 'auto', ...options }, say)
  expect(setup.kubernetes).toEqual({ 'v1.35': directory, 'v1.34': other.directory })
  expect(setup.words).toBe('upstream Kubernetes v1.35.4 (cache); our light engine: --control-plane light')
  const light = await ensureControlPlane({ choice: 'light', ...options }, say)
  expect(light).toMatchObject({ controlPlane: 'light', kubernetes: {} })
})

/** A release server whose sums are those of its files, but for what is spoilt. */
async function releaseServer(
  version: string,
  spoilt: string | undefined,
): Promise<{ url: string; server: Server }> {
  const directory = lay(mkdtempSync(join(root, 'release-')), version)
  const server = createServer((request, response) => {
    void (async () => {
      const [, component = '', isSum] = /\/([\w-]+)(\.sha256)?$/.exec(request.url ?? '') ?? []
      if (!request.url?.startsWith(`/${version}/bin/linux/${goArch()}/`)) return response.writeHead(404).end()
      const sum = await sha256(join(directory, component))
      if (isSum) return response.end(component === spoilt ? sum.replace(/./g, '0') : sum)
      return response.end(`#!/bin/sh\necho Kubernetes ${version}\n`)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

test('the release server is asked for the exact version, and its sums are checked', async () => {
  const { url, server } = await releaseServer('v1.35.7', undefined)
  const setup = await ensureControlPlane({ choice: 'upstream', releases: [RELEASE], cache, server: url }, say)
  server.close()
  expect(setup.words).toContain('v1.35.7 (release server)')
  expect(readCached('v1.35.7', cache).directory).toBe(setup.kubernetes['v1.35'])
})

test.each([
  [
    'another checksum',
    'v1.35.7',
    'kube-scheduler',
    /kube-scheduler has checksum [0-9a-f]{64}, its release says 0{64}/,
  ],
  ['an unknown version', 'v1.35.8', undefined, /answers 404/],
])('%s: an error, and nothing is kept', async (_, version, spoilt, words) => {
  const { url, server } = await releaseServer('v1.35.7', spoilt)
  await expect(downloadBinaries(version, say, { server: url, cache })).rejects.toThrow(words)
  server.close()
  expect(readdirSync(cache)).toEqual([])
})

test('a machine without a way out is told how to go without', async () => {
  const unreachable = downloadBinaries('v1.35.7', say, { server: 'http://127.0.0.1:9', cache })
  await expect(unreachable).rejects.toMatchObject({
    message: expect.stringMatching(/^http:\/\/127.0.0.1:9\/.* can't be reached/),
    hint: expect.stringContaining('npm run build:kubernetes'),
  })
  expect(readdirSync(cache)).toEqual([])
})

test('a build without Go, or without room, says so before it writes anything', async () => {
  const { PATH } = process.env
  process.env['PATH'] = cache
  try {
    await expect(buildBinaries('v1.35.4', say)).rejects.toMatchObject({
      message: expect.stringContaining('needs Go'),
      hint: expect.stringContaining('--control-plane light'),
    })
  } finally {
    process.env['PATH'] = PATH
  }
  expect(() => ensureRoom(cache)).not.toThrow()
  expect(() => ensureRoom(cache, 1e18)).toThrow(/needs 1000000000.0 GB, and the disk of .* has/)
  expect(existsSync(join(cache, 'v1.35.4-linux-amd64'))).toBe(false)
})

const UPSTREAM = `module k8s.io/kubernetes

go 1.25.0

godebug default=go1.25

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubelet => ./staging/src/k8s.io/kubelet
)
`

test('one go.mod has the programs as tools, with the staging modules of that version', () => {
  const text = goModule('v1.35.4', UPSTREAM)
  expect(text).toContain('go 1.25.0\ngodebug default=go1.25\nrequire k8s.io/kubernetes v1.35.4\n')
  expect(text).toContain('\tk8s.io/kubelet => k8s.io/kubelet v0.35.4\n')
  expect(text).toContain('\tk8s.io/kubernetes/cmd/kube-scheduler\n')
  expect(() => goModule('v1.35.4', 'module x\n')).toThrow('another form')
  expect(linkerFlags('v1.35.4')).toContain('-X k8s.io/component-base/version.gitMinor=35')
})
