import { expect, test } from '@jest/globals'
import { forgetNodes } from '../../../src/nodes/scripts.ts'
import { createMachine } from './machine.ts'

const script = forgetNodes(['pr-42-agent-1', 'pr-42-agent-2'])

/** A kubectl that notes what it is told; `does` are the cases besides lists of these names. */
const machine = (there: { nodes: string; secrets: string }, does = '*) ;;') =>
  createMachine({
    kubectl: `echo "$*" >>"$FAKE/calls"
case "$*" in
*"get node"*) printf '${there.nodes}' ;;
*"get secret"*) printf '${there.secrets}' ;;
${does}
esac`,
  })

const THERE = {
  nodes: 'node/pr-42-server-1\\nnode/pr-42-agent-2\\nnode/pr-42-agent-22\\n',
  secrets: 'secret/pr-42-agent-1.node-password.rke2\\nsecret/pr-42-server-1.node-password.rke2\\n',
}

test('the Nodes of these names go, what is left of their passwords, and no other', () => {
  const { run, calls } = machine(THERE, "*'delete node'*) echo 'node \"pr-42-agent-2\" deleted' ;;")
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: '', gone: ['pr-42-agent-2'] } })
  const deletions = calls()
    .split('\n')
    .filter((call) => call.includes(' delete '))
  expect(deletions).toEqual([
    expect.stringMatching(/delete node\/pr-42-agent-2 --ignore-not-found --timeout=30s$/),
    expect.stringMatching(
      /-n kube-system delete secret\/pr-42-agent-1\.node-password\.rke2 --ignore-not-found/,
    ),
  ])
})

test('where nothing of theirs is there, nothing is deleted', () => {
  const { run, calls } = machine({ nodes: 'node/pr-42-server-1\\n', secrets: '' })
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: '', gone: [] } })
  expect(calls()).not.toContain('delete')
})

test.each([
  'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
  'error: timed out waiting for the condition on nodes/pr-42-agent-1',
])('an API that does not do it is "not yet", and the passwords stay: %s', (words) => {
  const { run, calls } = machine(THERE, `*'delete node'*) echo "${words}" >&2; exit 1 ;;`)
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: words, gone: [] } })
  expect(calls()).not.toContain('delete secret')
})

test('a refusal is a failure that shows what was said', () => {
  const { run } = machine(
    THERE,
    "*'delete node'*) echo 'Error from server (Forbidden): nodes is forbidden' >&2; exit 1 ;;",
  )
  const { code, stdout } = run(script)
  expect(code).toBe(1)
  expect(stdout).toContain('nodes is forbidden')
})
