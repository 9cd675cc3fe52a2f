import { expect, test } from '@jest/globals'
import { conformanceManifest } from '../../src/checks/conformance-manifest.ts'
import { pollScript, startScript, stopScript } from '../../src/checks/conformance-scripts.ts'
import { CONFORMANCE_TESTS, focusOf } from '../../src/checks/conformance-tests.ts'
import { judgeConformance } from '../../src/checks/judge-conformance.ts'
import { runScript } from './run-script.ts'

const MANIFEST = conformanceManifest('v1.35.4', focusOf(CONFORMANCE_TESTS), ['CriticalAddonsOnly'])

// Names as Kubernetes 1.35 has them; the last ones are near misses.
const SPECS: [string, boolean][] = [
  ['[sig-node] Pods should be submitted and removed [NodeConformance] [Conformance]', true],
  [
    '[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: http [NodeConformance] [Conformance]',
    true,
  ],
  ['[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]', true],
  ['[sig-node] Secrets should patch a secret [Conformance]', true],
  ['[sig-node] Lease lease API should be available [Conformance]', true],
  [
    '[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: sctp [LinuxOnly]',
    false,
  ],
  ['[sig-node] Secrets should fail to create secret due to empty secret key [Conformance]', false],
]
test.each(SPECS)('the focus and %s', (name, wanted) => {
  expect(new RegExp(focusOf(CONFORMANCE_TESTS)).test(name)).toBe(wanted)
})

test('the manifest: hydrophone’s pod, and no waiting for tainted servers', () => {
  expect(MANIFEST).toMatchObject([
    { kind: 'Namespace', metadata: { name: 'rke2-action-conformance' } },
    { kind: 'ServiceAccount' },
    { kind: 'ClusterRoleBinding', roleRef: { name: 'cluster-admin' } },
    {
      kind: 'Pod',
      spec: {
        restartPolicy: 'Never',
        tolerations: [{ operator: 'Exists' }],
        containers: [
          {
            image: 'registry.k8s.io/conformance:v1.35.4',
            env: expect.arrayContaining([
              {
                name: 'E2E_EXTRA_ARGS',
                value: '--non-blocking-taints=node-role.kubernetes.io/control-plane,CriticalAddonsOnly',
              },
            ]),
            securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
          },
        ],
      },
    },
  ])
})

test('a fresh cluster: the manifest is applied', async () => {
  const kubectl = `case "$*" in *'get namespace'*) ;; *apply*) grep -q conformance:v1.35.4 || exit 1;; *) exit 1;; esac`
  expect((await runScript(startScript(MANIFEST), { kubectl })).answer.state).toBe('started')
})

test('what an earlier run left is deleted first', async () => {
  const kubectl = `case "$*" in *'get namespace'*) echo namespace/x;; *'delete namespace'*) ;; *) exit 1;; esac`
  expect((await runScript(startScript(MANIFEST), { kubectl })).answer.state).toBe('leftover')
})

test('an API that does not answer deletes nothing', async () => {
  const kubectl = `case "$*" in *'get namespace'*) echo refused >&2; exit 1;; *) echo "must not run: $*"; exit 0;; esac`
  await expect(runScript(startScript(MANIFEST), { kubectl })).rejects.toThrow(/refused/)
})

const kubectlOf = (pod: object, log = '') =>
  `case "$*" in *'get pod'*) cat <<'BODY'\n${JSON.stringify(pod)}\nBODY\n;; *logs*) cat <<'BODY'\n${log}\nBODY\n;; *) exit 1;; esac`
const poll = async (kubectl: string) => (await runScript(pollScript(0), { kubectl })).answer

const ended = (phase: string, exitCode: number) => ({
  spec: { nodeName: 'pr-42-agent-1' },
  status: {
    phase,
    containerStatuses: [{ state: { terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed' } } }],
  },
})
// As ginkgo v2 ends a run.
const LOG = `  I1121 14:00:00.000000      25 e2e.go:109] Starting e2e run
•••

\u001b[38;5;9mSummarizing 1 Failure:\u001b[0m
  [FAIL] [sig-network] Services [It] should serve a basic endpoint from pods [Conformance]
  k8s.io/kubernetes/test/e2e/network/service.go:123

Ran 4 of 7392 Specs in 112.345 seconds
FAIL! -- 3 Passed | 1 Failed | 0 Pending | 7388 Skipped
--- FAIL: TestE2E (112.40s)`

test('a red run is read from its log', async () => {
  const answer = await poll(kubectlOf(ended('Failed', 1), LOG))
  expect(judgeConformance(answer, 4)).toMatchObject({
    status: 'fail',
    detail:
      'tests failed: 1 of 4 ([sig-network] Services [It] should serve a basic endpoint from pods [Conformance])',
  })
})

test('a run that broke off shows its last lines', async () => {
  const answer = await poll(kubectlOf(ended('Failed', 2), 'one\ntwo\npanic: no cluster'))
  expect(answer).toMatchObject({
    phase: 'Failed',
    reason: 'exit code 2 Error',
    lines: ['one', 'two', 'panic: no cluster'],
  })
})

test.each([
  [
    'running',
    {
      spec: { nodeName: 'n' },
      status: { phase: 'Running', containerStatuses: [{ state: { running: {} } }] },
    },
    { phase: 'Running', reason: '', node: 'n' },
  ],
  [
    'an image that can’t be pulled',
    {
      spec: {},
      status: {
        phase: 'Pending',
        containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    },
    { phase: 'Pending', reason: 'ImagePullBackOff' },
  ],
  [
    'no node for it',
    {
      spec: {},
      status: {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/6 nodes' },
        ],
      },
    },
    { phase: 'Pending', reason: 'Unschedulable 0/6 nodes' },
  ],
])('%s', async (_name, pod, told) => {
  expect(await poll(kubectlOf(pod))).toMatchObject(told)
})

test('no pod', async () => {
  expect(await poll('true')).toMatchObject({ phase: 'Missing' })
})

test('a log that can’t be read is no success', async () => {
  const kubectl = `case "$*" in *logs*) echo "container not found" >&2; exit 1;; *) cat <<'BODY'\n${JSON.stringify(ended('Succeeded', 0))}\nBODY\n;; esac`
  expect(judgeConformance(await poll(kubectl), 4)).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^could not run/),
  })
})

test('cleaning up deletes namespace and rights', async () => {
  const { answer } = await runScript(stopScript(), { kubectl: 'case "$*" in *delete*) ;; *) exit 1;; esac' })
  expect(answer).toEqual({ end: true })
})
