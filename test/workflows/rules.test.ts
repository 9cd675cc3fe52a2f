import { describe, expect, test } from '@jest/globals'
import { OURS, OURS_REF } from './repositories.ts'
import {
  CALLERS,
  callers,
  composites,
  type Job,
  jobs,
  ownPath,
  REUSABLE,
  reusable,
  steps,
  textOf,
  workflowOf,
  workflows,
} from './workflow-files.ts'

// What no run on this machine can show: permissions, time limits, concurrency.

const takesRole = ({ steps: all }: Job) => all.some((one) => one.uses?.startsWith('aws-actions/'))

test('every reusable workflow and every caller is looked at', () => {
  expect({ reusable: reusable.length, callers: callers.length }).toEqual({ reusable: 4, callers: 3 })
})

describe('every workflow', () => {
  test.each(workflows)('%s gives no permission by default', (file) => {
    expect(workflowOf(file).permissions).toEqual({})
  })

  test.each(workflows)('%s runs no code of a stranger with rights of this repository', (file) => {
    expect(JSON.stringify(workflowOf(file).on)).not.toMatch(/pull_request_target|workflow_run/)
  })

  test.each(workflows)('%s cancels nothing in progress', (file) => {
    expect(workflowOf(file).concurrency?.['cancel-in-progress'] ?? false).toBe(false)
  })

  test.each(workflows)('%s takes no secret', (file) => {
    expect(textOf(file)).not.toMatch(/\$\{\{[^}]*\bsecrets\b|^\s*secrets:/m)
  })
})

describe('every job', () => {
  test.each(jobs)('%s says what it may do', (_, { permissions }) => {
    expect(permissions).toBeDefined()
  })

  test.each(jobs.filter(([, job]) => !job.uses))('%s has a time limit', (_, { 'timeout-minutes': limit }) => {
    expect(limit).toBeLessThanOrEqual(55)
  })

  // GitHub refuses the whole run otherwise, even when the job would be skipped.
  test.each(jobs.filter(([, job]) => job.uses))(
    '%s grants what the called workflow asks for',
    (_, { uses, permissions }) => {
      const asked = Object.values(workflowOf(ownPath(uses ?? '') ?? '').jobs)
      expect(Object.entries(permissions ?? {})).toEqual(
        expect.arrayContaining(asked.flatMap((job) => Object.entries(job.permissions ?? {}))),
      )
    },
  )

  test.each(jobs.filter(([, job]) => !job.uses))(
    '%s may ask for a token if and only if it takes a role',
    (_, job) => {
      expect(job.permissions?.['id-token'] ?? 'none').toBe(takesRole(job) ? 'write' : 'none')
    },
  )
})

describe('this repository on GitHub', () => {
  test('the gate there is the one that contributors run', () => {
    const scripts = jobs.flatMap(([name, job]) =>
      name.includes('ci.yml') ? job.steps.flatMap((one) => one.run ?? []) : [],
    )
    expect(scripts).toEqual(['bash .ci/run'])
  })

  test('only a release writes to it, after the gate', () => {
    const writers = jobs.filter(([, { permissions }]) => permissions?.['contents'] === 'write')
    expect(writers).toMatchObject([[`${REUSABLE}/release.yml move-major-tag`, { needs: 'gate' }]])
  })
})

describe('a workflow that makes a cluster', () => {
  const makers = reusable.filter((file) => textOf(file).includes('uses: $/actions/cluster'))
  const teardowns = (file: string) =>
    Object.values(workflowOf(file).jobs).flatMap((job) =>
      job.steps
        .filter((one) => one.uses === '$/actions/teardown')
        .map((one) => ({ condition: one.if ?? job.if, given: Object.values(one.with).join() })),
    )

  test('there are two', () => {
    expect(makers).toEqual([`${REUSABLE}/cluster-local.yml`, `${REUSABLE}/cluster-up.yml`])
  })

  test.each(makers)('%s cleans up itself, whatever happened, without outputs of earlier steps', (file) => {
    expect(teardowns(file)).toEqual([
      {
        condition: expect.stringMatching(/^always\(\) && /),
        given: expect.not.stringMatching(/steps\.|needs\./),
      },
    ])
  })

  // And what waits is not pushed out by what comes after it: it may be a cleanup.
  test.each(['up', 'verify', 'down'])(
    'cluster-%s is alone with its cluster, to the end of its cleanup',
    (name) => {
      expect(workflowOf(`${REUSABLE}/cluster-${name}.yml`).concurrency).toEqual({
        group: expect.stringMatching(/^rke2-action-\$\{\{ inputs\.cluster-name \}\}$/),
        'cancel-in-progress': false,
        queue: 'max',
      })
    },
  )

  test('no caller holds the group that it then waits for', () => {
    const groups = callers.map((file) => workflowOf(file).concurrency?.group ?? '')
    expect(groups.filter((group) => /^rke2-action-\$/.test(group))).toEqual([])
  })
})

describe('every step', () => {
  const references = [...steps, ...jobs].flatMap(([name, { uses }]) => (uses ? [[name, uses] as const] : []))

  test.each(references)('%s: %s is ours or pinned', (name, uses) => {
    const ours = name.startsWith(CALLERS)
      ? new RegExp(`^${OURS}/.+@${OURS_REF}$`)
      : /^\$\/(actions\/[a-z0-9-]+|\.github\/workflows\/[a-z0-9-]+\.yml)$/
    expect(uses).toMatch(ownPath(uses) ? ours : /@[0-9a-f]{40}$/)
  })

  test('the version of what is pinned stands beside it, and is the same everywhere', () => {
    const pins = [...workflows, ...composites].flatMap((file) => [
      ...textOf(file).matchAll(/uses: (\S+)@([0-9a-f]{40}.*)/g),
    ])
    const versions = new Map<string | undefined, Set<string | undefined>>()
    for (const [, name, pin] of pins) versions.set(name, (versions.get(name) ?? new Set()).add(pin))
    expect([...versions.values()].filter((found) => found.size !== 1)).toEqual([])
    expect(pins.map(([, , pin]) => pin)).toEqual(
      pins.map(() => expect.stringMatching(/^\S+ # v\d+\.\d+\.\d+$/)),
    )
  })

  test.each(steps.filter(([, { run }]) => run))('%s splices nothing into a script: $run', (_, { run }) => {
    expect(run).not.toContain('${{')
  })

  test.each(steps.filter(([, { uses }]) => uses?.startsWith('actions/checkout')))(
    '%s keeps no token in the checkout',
    (_, one) => {
      expect(one.with['persist-credentials']).toBe(false)
    },
  )
})
