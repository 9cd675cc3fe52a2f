import { statSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { joinServer, startFirstServer, startServer } from '../../../src/nodes/scripts.ts'
import { createMachine, FAKE_SYSTEMCTL } from './machine.ts'

const SECRET = '5ecre7-value'
// Stands in for the program that asks Parameter Store, which has a test of its own.
const FAKE_PYTHON = `printf '%s' '${SECRET}'; echo "python3 get \${@: -1}" >>"$FAKE/calls"`

const node = { instanceId: 'i-0aaaaaaaaaaaaaaaa', name: 'pr-42-server-1', privateIp: '172.31.0.11' }
const other = { instanceId: 'i-0bbbbbbbbbbbbbbbb', name: 'pr-42-server-2', privateIp: '172.31.16.11' }
const config = 'tls-san:\n  - lb.example\ncni: cilium\n'
const tokenParameter = '/rke2-action/pr-42/token'

const first = startFirstServer({ node, config, tokenParameter, ciliumManifest: 'kind: HelmChartConfig\n' })
const joining = {
  nodes: [other, node],
  config,
  tokenParameter,
  through: '172.31.32.11',
  caHash: 'c0ffee',
}
const join = joinServer(joining)

const machine = () => createMachine({ systemctl: FAKE_SYSTEMCTL, python3: FAKE_PYTHON, journalctl: 'true' })

test('the first server takes the bare secret and no server', () => {
  const { run, read, disk, calls } = machine()
  const ran = run(first)
  expect(ran.answer).toEqual({ started: true })
  expect(read('/etc/rancher/rke2/config.yaml')).toBe(
    `node-name: pr-42-server-1\nnode-ip: 172.31.0.11\ntls-san:\n  - lb.example\ncni: cilium\n\ntoken: "${SECRET}"\n`,
  )
  expect(statSync(disk('/etc/rancher/rke2/config.yaml')).mode & 0o777).toBe(0o600)
  expect(read('/var/lib/rancher/rke2/server/manifests/rke2-cilium-config.yaml')).toBe(
    'kind: HelmChartConfig\n',
  )
  expect(calls()).toContain('systemctl enable rke2-server\nsystemctl start --no-block rke2-server\n')
})

test('the secret is nowhere but in the configuration', () => {
  const { run, read, calls } = machine()
  const ran = run(first)
  for (const text of [ran.stdout, ran.stderr, calls(), read('/var/log/rke2-action.log')])
    expect(text).not.toContain(SECRET)
})

test('a second run leaves a server that is up alone', () => {
  const { run, calls, read } = machine()
  run(first)
  const before = read('/etc/rancher/rke2/config.yaml')
  expect(run(first).answer).toEqual({ started: false })
  expect(read('/etc/rancher/rke2/config.yaml')).toBe(before)
  expect(calls().match(/systemctl start/g)).toHaveLength(1)
})

test('a joiner composes the full token, and is told apart by its instance', () => {
  const { run, read } = machine()
  expect(run(join).answer).toEqual({ started: true })
  const written = read('/etc/rancher/rke2/config.yaml')
  expect(written).toContain('node-name: pr-42-server-1\nnode-ip: 172.31.0.11\n')
  expect(written).toContain(`server: https://172.31.32.11:9345\ntoken: "K10c0ffee::server:${SECRET}"\n`)
})

test.each([
  ['a joiner', join],
  ['the first server', first],
])('%s that keeps failing gets its configuration anew, and its failures are forgotten', (_, script) => {
  const { run, calls, tell, has } = machine()
  tell('state', 'activating\n')
  tell('restarts', '4\n')
  expect(run(script).answer).toEqual({ started: true })
  expect(has('/etc/rancher/rke2/config.yaml')).toBe(true)
  // systemd keeps the counter over a restart, and await-server would take it for failures of now.
  expect(calls()).toMatch(/reset-failed rke2-server\n(.*\n)*systemctl restart --no-block rke2-server\n/)
})

const elsewhere = joinServer({ ...joining, through: '172.31.48.11' })
const renewed = joinServer({ ...joining, caHash: 'decade' })

test.each([
  ['the address of another server', elsewhere],
  ['another token', renewed],
])('a joiner that waits inside its process is restarted for %s', (_, script) => {
  const { run, calls } = machine()
  run(join)
  expect(run(script).answer).toEqual({ started: true })
  expect(calls().match(/systemctl restart --no-block rke2-server/g)).toHaveLength(1)
})

test('a joiner that starts with the same configuration is left to it', () => {
  const { run, calls } = machine()
  run(join)
  expect(run(join).answer).toEqual({ started: false })
  expect(calls()).not.toContain('systemctl restart')
})

test('a joiner that was stopped while it kept failing starts without its old failures', () => {
  const { run, calls, tell } = machine()
  tell('restarts', '4\n')
  expect(run(join).answer).toEqual({ started: true })
  expect(calls()).toMatch(/reset-failed rke2-server\n(.*\n)*systemctl start --no-block rke2-server\n/)
  expect(calls()).not.toContain('systemctl restart')
})

test('a joiner that is up is left alone', () => {
  const { run, has, tell } = machine()
  tell('state', 'active\n')
  expect(run(join).answer).toEqual({ started: false })
  expect(has('/etc/rancher/rke2/config.yaml')).toBe(false)
})

test('a member that was stopped is started with the configuration that it has', () => {
  const { run, read, calls } = machine()
  run(first)
  const before = read('/etc/rancher/rke2/config.yaml')
  expect(run(startServer()).answer).toEqual({ started: true })
  expect(read('/etc/rancher/rke2/config.yaml')).toBe(before)
  expect(calls().match(/systemctl start --no-block rke2-server/g)).toHaveLength(2)
  expect(calls()).toContain('systemctl reset-failed rke2-server\nsystemctl start')
})

test('a parameter that cannot be read fails the script, and says why', () => {
  const { run } = createMachine({ systemctl: FAKE_SYSTEMCTL, python3: 'echo AccessDenied; exit 1' })
  const ran = run(first)
  expect(ran.code).toBe(1)
  expect(ran.stdout).toContain('cannot read parameter /rke2-action/pr-42/token: AccessDenied')
})

test('a node that is not among the targets writes nothing', () => {
  const { run, has } = machine()
  const ran = run(joinServer({ nodes: [other], config, tokenParameter, through: 'x', caHash: 'y' }))
  expect(ran.code).toBe(1)
  expect(ran.stdout).toContain('i-0aaaaaaaaaaaaaaaa, is not among those that the command names')
  expect(has('/etc/rancher/rke2/config.yaml')).toBe(false)
})
