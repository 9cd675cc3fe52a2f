import { expect, test } from '@jest/globals'
import { removeMember } from '../../../src/nodes/scripts.ts'
import { createMachine } from './machine.ts'

const script = removeMember({ memberId: '42', address: '172.31.0.12', nodeName: 'pr-42-server-2' })

/** etcd with the member until it is removed; `health` is how curl ends that asks the member itself. */
const machine = (health: string, afterNodeIsGone = 'true') =>
  createMachine({
    kubectl: `echo "kubectl $*" >>"$FAKE/calls"; ${afterNodeIsGone}`,
    curl: `case "$*" in
*https://172.31.0.12:2379/health) ${health} ;;
*member/list) [ -e "$FAKE/removed" ] || echo '{"members":[{"ID":"42"}]}' ;;
*'{"ID":"42"}'*member/remove) echo removed >>"$FAKE/calls"; touch "$FAKE/removed" ;;
*) exit 9 ;;
esac`,
  })

test.each([
  ['refuses', 'exit 7'],
  ['is silent', 'exit 28'],
])('a member whose machine %s is removed by its Node', (_, health) => {
  const { run, calls } = machine(health, 'touch "$FAKE/removed"')
  expect(run(script)).toMatchObject({ code: 0, answer: { by: 'node' } })
  expect(calls()).toMatch(/kubectl .*delete node pr-42-server-2/)
})

test('a learner that RKE2 leaves is removed by etcd', () => {
  const { run, calls } = machine('exit 7')
  expect(run(script)).toMatchObject({ code: 0, answer: { by: 'etcd' } })
  expect(calls()).toContain('removed')
}, 30_000)

test.each([
  ['well', 'true'],
  ['ill, without a quorum', 'exit 22'],
  ['with a certificate that does not fit', 'exit 60'],
])('a member that answers, %s, stays with its Node, and is named', (_, health) => {
  const { run, calls } = machine(health)
  const { code, stdout } = run(script)
  expect(code).toBe(1)
  expect(stdout).toContain('etcd member pr-42-server-2 answers at 172.31.0.12')
  expect(calls()).toBe('')
})
