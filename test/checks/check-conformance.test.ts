import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { conformanceManifest, kubernetesVersion } from '../../src/checks/conformance-manifest.ts'
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

test.each([
  ['v1.35.4+rke2r1', 'v1.35.4'],
  ['v1.36.4-rc1+rke2r1', 'v1.36.4'],
  ['v1.36.4-rc12+rke2r2', 'v1.36.4'],
  // Kubernetes' own candidates have images.
  ['v1.37.0-rc.0+rke2r1', 'v1.37.0-rc.0'],
  ['v1.37.0-alpha.1+rke2r1', 'v1.37.0-alpha.1'],
])('RKE2 %s runs the tests of Kubernetes %s', (release, version) => {
  expect(kubernetesVersion(release)).toBe(version)
})

/** An API of one pod. A program that is called for anything else fails the test. */
const machine = (pod: object | undefined, { log = '', created = 'true', deleted = '200' } = {}) => ({
  kubectl: `case "$*" in *'create --validate=false -f -') ${created} ;; *) exit 9 ;; esac`,
  curl: `
    while (($#)); do case $1 in -o) file=$2 ;; -X) method=$2 ;; esac; last=$1; shift; done
    say() { cat >"$file"; printf %s "$1"; }
    case "$method $last" in
      'DELETE '*/namespaces/rke2-action-conformance | 'DELETE '*/clusterrolebindings/rke2-action-conformance)
        echo "$last" >>"\${0%/bin/*}/deleted"; printf ${deleted} ;;
      'GET '*/pods/conformance/log) ${log === 'refused' ? 'say 500 <<<"container not found"' : `say 200 <<'BODY'\n${log}\nBODY`}
        ;;
      'GET '*/pods/conformance) ${pod ? `say 200 <<'BODY'\n${JSON.stringify(pod)}\nBODY` : 'say 404 </dev/null'}
        ;;
      *) exit 9 ;;
    esac`,
})
const start = async (programs: ReturnType<typeof machine>) =>
  (await runScript(startScript(MANIFEST, 0), programs)).answer
const poll = async (programs: ReturnType<typeof machine>) => (await runScript(pollScript(0), programs)).answer

test('a fresh cluster: the manifest is created, and looked at in the same command', async () => {
  const created = 'grep -q conformance:v1.35.4 || exit 1'
  expect(await start(machine({ status: { phase: 'Pending' } }, { created }))).toMatchObject({
    phase: 'Pending',
    cleaned: false,
  })
})

test('the end is noticed when the API tells it', async () => {
  const { kubectl, curl } = machine(undefined)
  // The pod runs until the watch has told its end; the watch itself goes on.
  const watched = `case "$*" in
    *'/pods?watch=true&fieldSelector=metadata.name%3Dconformance')
      echo '{"type":"ADDED","object":{"status":{"phase":"Running"}}}'
      sleep 0.2
      touch "$0.ended"
      echo '{"type":"MODIFIED","object":{"status":{"phase":"Succeeded"}}}'
      exec sleep 60 ;;
    *' GET '*/pods/conformance)
      while (($#)); do case $1 in -o) file=$2 ;; esac; shift; done
      phase=Running; [ -e "$0.ended" ] && phase=Succeeded
      printf '{"status":{"phase":"%s"}}' "$phase" >"$file"; printf 200; exit ;;
  esac
  ${curl}`
  const started = performance.now()
  const { answer } = await runScript(pollScript(30), { kubectl, curl: watched })
  expect(answer).toMatchObject({ phase: 'Succeeded', cleaned: true })
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('what an earlier run left is deleted first', async () => {
  const created = `echo 'Error from server (AlreadyExists): object is being deleted: namespaces "x" already exists' >&2; exit 1`
  expect(await start(machine(undefined, { created }))).toMatchObject({ phase: 'Leftover' })
})

test('an API that does not answer deletes nothing', async () => {
  const home = await mkdtemp(join(tmpdir(), 'check-'))
  const programs = machine(undefined, { created: 'echo refused >&2; exit 1' })
  await expect(runScript(startScript(MANIFEST, 0), programs, home)).rejects.toThrow(/refused/)
  expect(existsSync(join(home, 'deleted'))).toBe(false)
  await rm(home, { recursive: true })
})

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
  const answer = await poll(machine(ended('Failed', 1), { log: LOG }))
  expect(judgeConformance(answer, 4)).toMatchObject({
    status: 'fail',
    detail:
      'tests failed: 1 of 4 ([sig-network] Services [It] should serve a basic endpoint from pods [Conformance])',
  })
})

test('a run that broke off shows its last lines', async () => {
  const answer = await poll(machine(ended('Failed', 2), { log: 'one\ntwo\npanic: no cluster' }))
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
  expect(await poll(machine(pod))).toMatchObject(told)
})

test('no pod', async () => {
  expect(await poll(machine(undefined))).toMatchObject({ phase: 'Missing' })
})

test('a log that can’t be read is no success', async () => {
  const answer = await poll(machine(ended('Succeeded', 0), { log: 'refused' }))
  expect(judgeConformance(answer, 4)).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^could not run/),
  })
})

test('a run that ended is deleted; where that is refused it is said', async () => {
  expect(await poll(machine(ended('Succeeded', 0), { log: LOG }))).toMatchObject({ cleaned: true })
  expect(await poll(machine(ended('Succeeded', 0), { log: LOG, deleted: '500' }))).toMatchObject({
    cleaned: false,
  })
  expect(await poll(machine({ status: { phase: 'Running' } }))).toMatchObject({ cleaned: false })
})

test('cleaning up deletes namespace and rights, or fails', async () => {
  expect((await runScript(stopScript(), machine(undefined))).answer).toEqual({ end: true })
  await expect(runScript(stopScript(), machine(undefined, { deleted: '503' }))).rejects.toThrow(/HTTP 503/)
})
