import { expect, test } from '@jest/globals'
import { labelNodes } from '../../../src/nodes/scripts.ts'
import { createMachine } from './machine.ts'

const script = labelNodes({
  names: ['pr-42-agent-1', 'pr-42-agent-2'],
  label: 'node-role.kubernetes.io/worker=true',
})

const machine = (kubectl: string) => createMachine({ kubectl: `echo "$*" >>"$FAKE/calls"\n${kubectl}` })

test('all names go into one call', () => {
  const { run, calls } = machine('true')
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: '' } })
  expect(calls().trim()).toMatch(
    /label node --overwrite pr-42-agent-1 pr-42-agent-2 node-role\.kubernetes\.io\/worker=true$/,
  )
})

test.each([
  'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
  'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
  'Error from server: etcdserver: request timed out',
  'Unable to connect to the server: net/http: TLS handshake timeout',
])('an API that does not answer is "not yet": %s', (words) => {
  const { run } = machine(`echo "warning: first" >&2; echo "${words}" >&2; exit 1`)
  expect(run(script)).toMatchObject({ code: 0, answer: { missing: words } })
})

test('a refusal is a failure that shows what was said', () => {
  const { run } = machine(
    'echo "Error from server (NotFound): nodes \\"pr-42-agent-2\\" not found" >&2; exit 1',
  )
  const { code, stdout } = run(script)
  expect(code).toBe(1)
  expect(stdout).toContain('nodes "pr-42-agent-2" not found')
})
