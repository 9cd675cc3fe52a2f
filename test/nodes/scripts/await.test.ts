import { expect, test } from '@jest/globals'
import { awaitAgent, awaitServer } from '../../../src/nodes/scripts.ts'
import { createMachine, FAKE_SYSTEMCTL } from './machine.ts'

// Answers by the last word, the address; `answers` in the machine's home has a file for each path, with / as _.
const FAKE_CURL = `
url=\${@: -1}
file=$FAKE/answers/$(printf %s "\${url#*127.0.0.1:}" | tr / _)
[ -f "$file" ] && cat "$file" || exit 22`

const machine = (answers: Record<string, string>) => {
  const made = createMachine({
    systemctl: FAKE_SYSTEMCTL,
    curl: FAKE_CURL,
    journalctl: 'echo "level=fatal msg=\\"Error: token CA hash does not match\\""',
  })
  made.enter([
    'sh',
    '-c',
    'mkdir -p /etc/rancher/rke2 && echo "node-name: s1" >/etc/rancher/rke2/config.yaml',
  ])
  made.enter(['mkdir', '-p', `${made.home}/answers`])
  for (const [path, text] of Object.entries(answers)) made.tell(`answers/${path.replaceAll('/', '_')}`, text)
  return made
}

const nodeObject = (voter: string) =>
  JSON.stringify({
    status: {
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'EtcdIsVoter', status: voter },
      ],
    },
  })

const living = {
  '2381/health': '{"health":"true","reason":""}',
  '6443/readyz': 'ok',
  '6443/api/v1/nodes/s1': nodeObject('True'),
  '2379/v3/cluster/member/list': JSON.stringify({
    members: [
      { ID: '17265005902704969454', name: 's1-993d8281', peerURLs: ['https://172.31.0.11:2380'] },
      { ID: '2', peerURLs: ['https://172.31.16.11:2380'], isLearner: true },
    ],
  }),
}

test('a living voter is told with the members as etcd numbers them', () => {
  const { run, tell } = machine(living)
  tell('state', 'active\n')
  expect(run(awaitServer({ withinSeconds: 0 })).answer).toEqual({
    name: 's1',
    unit: 'active',
    restarts: 0,
    etcd: true,
    readyz: true,
    voter: true,
    data: false,
    tail: '',
    members: [
      { id: '17265005902704969454', name: 's1-993d8281', address: '172.31.0.11', learner: false },
      { id: '2', name: '', address: '172.31.16.11', learner: true },
    ],
  })
})

test('a server whose etcd is down still has its data', () => {
  const { run, enter } = machine({})
  enter(['mkdir', '-p', '/var/lib/rancher/rke2/server/db/etcd/member'])
  expect(run(awaitServer({ withinSeconds: 0 })).answer).toMatchObject({ etcd: false, data: true })
})

test.each([
  [
    'a dead etcd',
    { '2381/health': '{"health":"false","reason":"RAFT NO LEADER"}' },
    { etcd: false, readyz: false },
  ],
  ['an API that is not ready', { '6443/readyz': '[-]etcd failed' }, { etcd: true, readyz: false }],
  ['a learner', { '6443/api/v1/nodes/s1': nodeObject('False') }, { readyz: true, voter: false }],
])('%s is not a voter, whatever its Node says', (_, broken, seen) => {
  const { run, tell } = machine({ ...living, ...broken })
  tell('state', 'active\n')
  expect(run(awaitServer({ withinSeconds: 0 })).answer).toMatchObject({ voter: false, ...seen })
})

test('a voter whose unit was stopped is told with the unit’s log', () => {
  const { run, tell } = machine(living)
  tell('state', 'inactive\n')
  expect(run(awaitServer({ withinSeconds: 0 })).answer).toMatchObject({
    ...{ unit: 'inactive', voter: true, tail: expect.stringContaining('level=fatal') },
  })
})

test('a voter whose unit starts is waited for until it is active', () => {
  const { run, tell } = machine(living)
  tell(
    'bin/systemctl',
    `#!/bin/bash
echo x >>"$FAKE/count"
[ "$(wc -l <"$FAKE/count")" -gt 2 ] && echo ActiveState=active || echo ActiveState=activating
`,
  )
  expect(run(awaitServer({ withinSeconds: 60 })).answer).toMatchObject({ unit: 'active', tail: '' })
})

test('a unit that keeps crashing ends the wait, with its log', () => {
  const { run, tell } = machine({})
  tell('state', 'activating\n')
  // Each look finds one more restart.
  tell(
    'bin/systemctl',
    `#!/bin/bash
echo x >>"$FAKE/count"
echo ActiveState=activating
echo "NRestarts=$(wc -l <"$FAKE/count")"
`,
  )
  const started = Date.now()
  const { answer } = run(awaitServer({ withinSeconds: 20 }))
  expect(Date.now() - started).toBeLessThan(10_000)
  expect(answer).toMatchObject({
    unit: 'activating',
    tail: expect.stringContaining('token CA hash does not match'),
  })
})

test('an agent is registered when its unit is active', () => {
  const { run, tell } = machine({})
  expect(run(awaitAgent({ withinSeconds: 0 })).answer).toMatchObject({ unit: 'inactive' })
  tell('state', 'active\n')
  expect(run(awaitAgent({ withinSeconds: 20 })).answer).toMatchObject({
    unit: 'active',
    restarts: 0,
    tail: '',
  })
})

test('an agent has joined when a server gave it a certificate; the password it has as well when it is refused', () => {
  const { run, enter } = machine({})
  const joined = () => run(awaitAgent({ withinSeconds: 0 })).answer
  enter(['sh', '-c', 'mkdir -p /etc/rancher/node && touch /etc/rancher/node/password'])
  expect(joined()).toMatchObject({ joined: false })
  enter([
    'sh',
    '-c',
    'mkdir -p /var/lib/rancher/rke2/agent && cd /var/lib/rancher/rke2/agent && touch serving-kubelet.crt',
  ])
  expect(joined()).toMatchObject({ joined: true })
})
