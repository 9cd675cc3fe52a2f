import { expect, test } from '@jest/globals'
import { forgetNodes } from '../../../src/nodes/scripts.ts'
import { createMachine } from './machine.ts'

const script = forgetNodes(['pr-42-agent-1', 'pr-42-agent-2'])

const machine = (kubectl: string) => createMachine({ kubectl: `echo "$*" >>"$FAKE/calls"\n${kubectl}` })

test('the Nodes go, and then what is left of their passwords', () => {
  const { run, calls } = machine(
    'case "$*" in *"delete node"*) echo \'node "pr-42-agent-2" deleted\' ;; *) echo \'secret "x" deleted\' ;; esac',
  )
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: '', gone: ['pr-42-agent-2'] } })
  const [nodes, secrets, ...more] = calls().trim().split('\n')
  expect(nodes).toMatch(/delete node pr-42-agent-1 pr-42-agent-2 --ignore-not-found --timeout=30s$/)
  expect(nodes).not.toContain('--wait=false')
  expect(secrets).toMatch(
    /-n kube-system delete secret pr-42-agent-1\.node-password\.rke2 pr-42-agent-2\.node-password\.rke2 --ignore-not-found/,
  )
  expect(more).toEqual([])
})

test.each([
  'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
  'error: timed out waiting for the condition on nodes/pr-42-agent-1',
])('an API that does not do it is "not yet", and the passwords stay: %s', (words) => {
  const { run, calls } = machine(`echo "${words}" >&2; exit 1`)
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: words, gone: [] } })
  expect(calls()).not.toContain('delete secret')
})

test('a refusal is a failure that shows what was said', () => {
  const { run } = machine('echo "Error from server (Forbidden): nodes is forbidden" >&2; exit 1')
  const { code, stdout } = run(script)
  expect(code).toBe(1)
  expect(stdout).toContain('nodes is forbidden')
})
