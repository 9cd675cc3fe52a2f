import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { kindOfProgram, ownArchitecture } from '../../../../src/local-cloud/front/releases/architecture.ts'
import { wantsOurCilium } from '../../../../src/local-cloud/front/releases/inspect-release.ts'
import {
  describeParts,
  isGenuine,
  openArtifacts,
} from '../../../../src/local-cloud/front/releases/open-artifacts.ts'
import { buildArtifacts } from '../../../../src/local-cloud/rke2/artifacts.ts'
import { CILIUM_NAMES, elfHead, packRelease } from './pack-release.ts'

const VERSION = 'v1.35.4+rke2r1'
const arch = ownArchitecture()
const [own, other] = arch === 'amd64' ? [62, 183] : [183, 62]
const genuine = { program: elfHead(own), arch }

let directory: string
const release = () => join(directory, VERSION)
const said: string[] = []
const open = (place = directory) => openArtifacts(place, (line) => said.push(line))

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mirror-'))
  said.length = 0
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('our own release is known as a stand-in, and the words say so', async () => {
  const program = join(directory, 'rke2.js')
  writeFileSync(program, '')
  const charts = 'src/local-cloud/rke2/helm/charts'
  await buildArtifacts({ version: VERSION, directory: release(), program, charts, arch })
  const artifacts = await open()
  expect(artifacts.releases).toMatchObject([{ version: VERSION, rke2: 'stand-in', cilium: 'stand-in' }])
  expect(isGenuine(artifacts)).toBe(false)
  expect(describeParts(artifacts)).toContain(`RKE2 ${VERSION} and its Cilium are our stand-ins`)
})

test('genuine releases, newest first', async () => {
  packRelease(release(), genuine)
  packRelease(join(directory, 'v1.35.10+rke2r1'), genuine)
  const artifacts = await open()
  expect(artifacts.releases.map(({ version }) => version)).toEqual(['v1.35.10+rke2r1', VERSION])
  expect(isGenuine(artifacts)).toBe(true)
  expect(describeParts(artifacts)).toContain(`RKE2 ${VERSION} and its Cilium are genuine`)
})

test('the names of Cilium’s images and not the images: ours will run, and the words say so', async () => {
  packRelease(release(), { ...genuine, names: CILIUM_NAMES })
  const artifacts = await open()
  expect(artifacts.releases).toMatchObject([{ rke2: 'genuine', cilium: 'stand-in' }])
  expect(artifacts.releases.map(wantsOurCilium)).toEqual([true])
  expect(describeParts(artifacts)).toContain(`RKE2 ${VERSION} is genuine, its Cilium is our stand-in`)
})

const file = (name: string) => join(release(), name)
const tarball = `rke2.linux-${arch}.tar.gz`
const cilium = `rke2-images-cilium.linux-${arch}.tar.zst`
const ciliumNames = `rke2-images-cilium.linux-${arch}.txt`
const spoiled: [string, () => void, string][] = [
  ['no release at all', () => mkdirSync(join(directory, 'v1.35')), 'holds no release of RKE2'],
  ['an empty directory', () => mkdirSync(release()), `sha256sum-${arch}.txt is missing`],
  [
    'a half-written mirror',
    () => {
      packRelease(release(), genuine)
      rmSync(file(cilium))
    },
    `${cilium} is missing`,
  ],
  [
    'a list that names too little',
    () => {
      packRelease(release(), genuine)
      writeFileSync(file(`sha256sum-${arch}.txt`), '')
    },
    `sha256sum-${arch}.txt does not name ${tarball}`,
  ],
  [
    'another sum',
    () => {
      packRelease(release(), genuine)
      appendFileSync(file(cilium), 'x')
    },
    `sha256 of ${cilium} is`,
  ],
  [
    'files for another architecture',
    () => packRelease(release(), { program: elfHead(other), arch: arch === 'amd64' ? 'arm64' : 'amd64' }),
    `the files are for ${arch === 'amd64' ? 'arm64' : 'amd64'}`,
  ],
  [
    'a program for another architecture under the right name',
    () => packRelease(release(), { program: elfHead(other), arch }),
    `bin/rke2 in ${tarball} is for`,
  ],
  [
    'a tarball without RKE2',
    () => packRelease(release(), { program: Buffer.from('text'), arch }),
    `${tarball} holds no program bin/rke2`,
  ],
  [
    'a genuine RKE2 with our images of Cilium',
    () => packRelease(release(), { ...genuine, cilium: '[{"Layers":[]}]' }),
    'holds no images',
  ],
  [
    'a list of names that is not Cilium’s',
    () => packRelease(release(), { ...genuine, names: CILIUM_NAMES.slice(0, 1) }),
    `${ciliumNames} names no image rancher/mirrored-cilium-operator-generic`,
  ],
  [
    'a list of names with another sum',
    () => {
      packRelease(release(), { ...genuine, names: CILIUM_NAMES })
      appendFileSync(file(ciliumNames), 'x')
    },
    `sha256 of ${ciliumNames} is`,
  ],
]
test.each(spoiled)('%s is refused, and what to do is said', async (_, spoil, message) => {
  spoil()
  await expect(open()).rejects.toMatchObject({
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/\+rke2r1/),
  })
})

test('a directory that is not there', async () => {
  await expect(open('/nowhere/at/all')).rejects.toThrow('there is no directory /nowhere/at/all')
})

test('what a program is', () => {
  expect(kindOfProgram(elfHead(62))).toEqual({ elf: 'amd64' })
  expect(kindOfProgram(elfHead(8))).toEqual({ elf: 'ELF machine 8' })
  expect(kindOfProgram(Buffer.from('#!/bin/sh\n'))).toBe('script')
  expect(kindOfProgram(Buffer.alloc(0))).toBe('unknown')
})

test('the address of a release without Cilium’s images: their names are fetched', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-'))
  process.env['XDG_CACHE_HOME'] = cache
  packRelease(release(), { ...genuine, names: CILIUM_NAMES })
  try {
    await serving(async (url) => {
      const { releases } = await open(`${url}/${encodeURIComponent(VERSION)}`)
      expect(releases).toMatchObject([{ rke2: 'genuine', cilium: 'stand-in' }])
      expect(said.at(-1)).toContain(ciliumNames)
    })
  } finally {
    delete process.env['XDG_CACHE_HOME']
    rmSync(cache, { recursive: true, force: true })
  }
})

async function serving(run: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    try {
      response.end(readFileSync(join(directory, path)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('the address of a release: fetched once, kept when it is whole, fetched again when it is not', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-'))
  process.env['XDG_CACHE_HOME'] = cache
  packRelease(release(), genuine)
  try {
    await serving(async (url) => {
      const place = `${url}/${encodeURIComponent(VERSION)}`
      expect((await open(place)).releases).toMatchObject([{ version: VERSION, rke2: 'genuine' }])
      expect(said).toHaveLength(3)
      await open(place)
      expect(said).toHaveLength(3)
      writeFileSync(join(cache, 'rke2-action/releases', VERSION, tarball), 'half')
      await open(place)
      expect(said).toHaveLength(4)
      appendFileSync(file(cilium), 'x')
      rmSync(join(cache, 'rke2-action/releases', VERSION, cilium))
      await expect(open(place)).rejects.toThrow(`sha256 of ${place}/${cilium} is`)
      await expect(open(`${url}/v1.35.9%2Brke2r1`)).rejects.toThrow('answers 404')
      await expect(open(`${url}/latest`)).rejects.toThrow('does not end in a version of RKE2')
    })
    await expect(open(`http://127.0.0.1:1/${VERSION}`)).rejects.toThrow('can’t be read')
  } finally {
    delete process.env['XDG_CACHE_HOME']
    rmSync(cache, { recursive: true, force: true })
  }
})
