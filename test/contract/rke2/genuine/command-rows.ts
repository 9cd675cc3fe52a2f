import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Cluster } from './cluster.ts'

const fixture = (name: string) => readFileSync(`test/fixtures/rke2/${name}`, 'utf8')
const SNAPSHOTS = '/var/lib/rancher/rke2/server/db/snapshots'

/** Columns and words alike: times, names and sizes as signs, and widths with them. */
const form = (text: string) =>
  text
    .replace(/time="[^"]+"/g, 'time')
    .replace(/\b1795\d{6}|\b1[6-9]\d{8}\b/g, 'UNIX')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\b\d{4,}\b(?= TIME)/g, 'SIZE')
    .replace(/\w{3} \d\d, \d{4} \d\d:\d\d UTC/g, 'EXPIRY')
    .replace(/ {2,}|\b\.\b/g, ' ')
    .trim()
const lines = (text: string) => form(text).split('\n')

/** The commands that ask a running server and end. */
export function commandRows(cluster: Cluster): void {
  const rke2 = (command: string) => cluster.n1.bash(`/run/rke2/bin/rke2 ${command} 2>&1 || true`)
  const warnings = (text: string) => text.match(/Unknown flag --[\w-]+/g) ?? []

  test('etcd-snapshot save and ls print what the genuine ones do', () => {
    const saved = rke2('etcd-snapshot save --name probe')
    expect(lines(saved).at(-1)).toBe(lines(fixture('snapshot-save.txt')).at(-1))
    const listed = rke2('etcd-snapshot ls')
    expect(lines(listed).slice(-2)).toEqual(lines(fixture('snapshot-ls.txt')).slice(-2))
    expect(warnings(listed)).toEqual(['Unknown flag --cni', 'Unknown flag --disable-kube-proxy'])
    const name = /Snapshot (\S+) saved/.exec(saved)?.[1] ?? ''
    // etcd's own tool finds it whole.
    const status = cluster.n1.bash(
      `ETCDCTL_API=3 /opt/local-cloud/etcdctl snapshot status ${SNAPSHOTS}/${name} -w json`,
    )
    expect(JSON.parse(status)).toMatchObject({ totalKey: expect.any(Number) })
    expect(cluster.n1.bash(`stat -c %a ${SNAPSHOTS} ${SNAPSHOTS}/${name}`)).toBe('700\n600\n')
  })

  test('etcd-snapshot delete takes one away, and names one that isn’t there', () => {
    const name = /Snapshot (\S+) saved/.exec(rke2('etcd-snapshot save --name gone'))?.[1] ?? ''
    expect(rke2(`etcd-snapshot delete ${name}`)).toContain(`Snapshot ${name} deleted.`)
    expect(rke2('etcd-snapshot ls')).not.toContain(name)
    expect(rke2(`etcd-snapshot delete ${name}`)).toContain(`snapshot ${name} not found`)
  })

  test.each([
    ['token list', 'token-list.txt'],
    ['secrets-encrypt status', 'secrets-encrypt-status.txt'],
  ])('%s', (command, recorded) => {
    expect(rke2(command)).toBe(fixture(recorded))
  })

  test('certificate check: the genuine rows, but for what the stand-in has no use for', () => {
    const rows = (text: string) =>
      lines(text).filter((line) => !/^time|^$|kube-proxy|rke2-controller/.test(line))
    const born = (text: string) => text.replace(/@\d+|@UNIX/g, '@BORN')
    expect(rows(born(rke2('certificate check'))).toSorted()).toEqual(
      rows(born(fixture('certificate-check.txt'))).toSorted(),
    )
  })
}
