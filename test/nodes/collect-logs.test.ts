import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { UserError } from '../../src/kit/errors.ts'
import { collectLogs } from '../../src/nodes/collect-logs.ts'
import type { NodeAddress, NodeRunner } from '../../src/nodes/node-runner.ts'
import { outcomeOf } from '../../src/nodes/outcome.ts'

const NODES: NodeAddress[] = [
  { instanceId: 'i-1', name: 'c-server-1' },
  { instanceId: 'i-2', name: 'c-agent-1' },
]

/** Runs in a real bash; what the script of the action would collect is `shell`. */
const bashRunner = (shell: string): NodeRunner => ({
  run: (script, nodes) =>
    Promise.all(
      nodes.map(async (node) => {
        const pack = script.body.slice(script.body.lastIndexOf('\n}\n'))
        const text = `set -euo pipefail\nexec 3>&1\nanswer() { printf '%s\\n' "$1" >&3; }\ncollect() {\n${shell}${pack}`
        const { stdout } = await promisify(execFile)('bash', ['-c', text])
        return outcomeOf(script, node, { status: 'Success', exitCode: 0, output: stdout })
      }),
    ),
})

test('logs arrive whole, packed on the node, and without secrets', async () => {
  const shell = `for i in $(seq 2000); do echo "line $i of the journal" >&3; done; echo token: 5f1c9a7e >&3; false`
  const [first] = await collectLogs(bashRunner(shell), NODES)
  expect(first).toMatchObject({ node: NODES[0], fault: undefined })
  expect(first?.log).toContain('line 1 of the journal\n')
  expect(first?.log).toMatch(/line 2000 of the journal\ntoken: \*\*\*\n$/)
})

test('logs that do not fit lose their oldest lines', async () => {
  const shell = `head -c 300000 /dev/urandom | base64 >&3; echo the end >&3`
  const [first] = await collectLogs(bashRunner(shell), NODES)
  expect(first?.log).toMatch(/the end\n$/)
  expect(first?.log.length).toBeGreaterThanOrEqual(12_000)
})

test('one machine that SSM does not know keeps no other from being asked', async () => {
  const runner = bashRunner('echo here >&3')
  const picky: NodeRunner = {
    run: (script, nodes) =>
      nodes.some((node) => node.instanceId === 'i-2')
        ? Promise.reject(new UserError('cannot run node-logs on c-agent-1'))
        : runner.run(script, nodes),
  }
  expect(await collectLogs(picky, NODES)).toEqual([
    { node: NODES[0], log: 'here\n', fault: undefined },
    { node: NODES[1], log: '', fault: 'cannot run node-logs on c-agent-1' },
  ])
})

test('a script that fails leaves what it printed, without secrets', async () => {
  const failing: NodeRunner = {
    run: (script, nodes) =>
      Promise.resolve(
        nodes.map((node) =>
          outcomeOf(script, node, { status: 'Failed', exitCode: 1, output: 'no gzip here, token=5f1c9a7e' }),
        ),
      ),
  }
  const [first] = await collectLogs(failing, NODES)
  expect(first).toMatchObject({ log: 'no gzip here, token=***', fault: 'node-logs: Failed, exit code 1' })
})

test('no nodes, nothing to ask', async () => {
  expect(await collectLogs(bashRunner('exit 1'), [])).toEqual([])
})
