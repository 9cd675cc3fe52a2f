import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { toNodeConfig } from '../../../../src/local-cloud/rke2/config/node-config.ts'
import {
  chooseControlPlane,
  readControlPlane,
} from '../../../../src/local-cloud/rke2/control-plane/choose-control-plane.ts'
import { initialization } from '../../../../src/local-cloud/rke2/control-plane/cloud-controller.ts'
import {
  checkJoinedControlPlane,
  holdControlPlane,
} from '../../../../src/local-cloud/rke2/control-plane/hold-control-plane.ts'
import {
  apiServerFlags,
  controllerManagerFlags,
  schedulerFlags,
  toArguments,
} from '../../../../src/local-cloud/rke2/control-plane/upstream-flags.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-control-plane-'))
afterAll(() => rmSync(directory, { recursive: true }))
const VERSION = 'v1.35.7+rke2r1'

test.each([
  ['light', '/programs', { kind: 'light' }],
  ['auto', undefined, { kind: 'light' }],
  ['auto', '/programs', { kind: 'upstream', programs: '/programs' }],
  ['upstream', '/programs', { kind: 'upstream', programs: '/programs' }],
] as const)('%s with programs %s', (asked, programs, chosen) => {
  expect(chooseControlPlane(asked, VERSION, programs)).toEqual(chosen)
})

test('upstream that was asked for and is not there names the remedy', () => {
  expect(() => chooseControlPlane('upstream', VERSION, undefined)).toThrow(
    'npm run build:kubernetes -- --version v1.35.7',
  )
})

test("a machine's settings and the programs of its own minor decide", () => {
  expect(readControlPlane(VERSION, directory)).toEqual({ kind: 'light' })
  writeFileSync(join(directory, 'settings.json'), '{"speed":20,"controlPlane":"auto"}')
  mkdirSync(join(directory, 'kubernetes/v1.34'), { recursive: true })
  expect(readControlPlane(VERSION, directory)).toEqual({ kind: 'light' })
  mkdirSync(join(directory, 'kubernetes/v1.35'))
  const programs = join(directory, 'kubernetes/v1.35')
  expect(readControlPlane(VERSION, directory)).toEqual({ kind: 'upstream', programs })
})

test('a database is not continued by the other control plane, and no cluster joined that runs it', () => {
  const file = join(directory, 'control-plane')
  holdControlPlane('upstream', false, file)
  holdControlPlane('upstream', true, file)
  const other = () => holdControlPlane('light', true, file)
  expect(other).toThrow('started with the upstream control plane, and this start is with light')
  expect(other).toThrow('--control-plane upstream')
  expect(readFileSync(file, 'utf8')).toBe('upstream\n')
  // Without data there is nothing to lose.
  holdControlPlane('light', false, file)
  expect(() => checkJoinedControlPlane('light', 'upstream')).toThrow('the cluster runs with the upstream')
  expect(() => checkJoinedControlPlane('light', undefined)).not.toThrow()
})

/** The static pods of a genuine server: `name` is the component. */
interface Recorded {
  items: { metadata: { name: string }; spec: { containers: [{ args: string[] }] } }[]
}
const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/rke2/static-pods.json', import.meta.url), 'utf8'),
) as Recorded
const genuine = (component: string) =>
  recorded.items.find(({ metadata }) => metadata.name.startsWith(component))?.spec.containers[0].args ?? []

const { critical } = toNodeConfig(
  'server',
  new Map([
    ['node-name', ['n1']],
    ['node-ip', ['172.31.0.11']],
  ]),
)

test.each([
  ['kube-apiserver', apiServerFlags(critical), ['egress-selector-config-file']],
  ['kube-controller-manager', controllerManagerFlags(critical, 1), ['flex-volume-plugin-dir']],
  ['kube-scheduler', schedulerFlags(1), []],
])('%s gets the flags of a genuine server, but for those that are named', (component, flags, without) => {
  const expected = genuine(component).filter((flag) => !without.some((name) => flag.startsWith(`--${name}=`)))
  expect(expected.length).toBeGreaterThan(8)
  expect(new Set(toArguments(flags))).toEqual(new Set(expected))
})

test('waiting shrinks with the speed, down to what a busy machine holds', () => {
  expect(controllerManagerFlags(critical, 20)).toMatchObject({
    'leader-elect-lease-duration': '6s',
    'node-monitor-grace-period': '6s',
  })
  expect(schedulerFlags(2)).toMatchObject({ 'leader-elect-lease-duration': '7.5s' })
})

test('the cloud controller initializes a node once', () => {
  const node = {
    metadata: { name: 'n1', resourceVersion: '7' },
    spec: {
      taints: [
        { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' },
        { key: 'CriticalAddonsOnly', effect: 'NoExecute' },
      ],
    },
  }
  expect(initialization(node)).toMatchObject({
    metadata: { resourceVersion: '7', labels: { 'node.kubernetes.io/instance-type': 'rke2' } },
    spec: { providerID: 'rke2://n1', taints: [{ key: 'CriticalAddonsOnly' }] },
  })
  expect(initialization({ ...node, spec: { providerID: 'rke2://n1', taints: [] } })).toBeUndefined()
})
