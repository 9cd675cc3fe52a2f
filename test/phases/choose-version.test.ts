import { expect, test } from '@jest/globals'
import { ensureSecret } from '../../src/aws/parameters.ts'
import { names } from '../../src/cluster/names.ts'
import { excludes } from '../../src/cluster/version.ts'
import { describeError } from '../../src/kit/errors.ts'
import { chooseVersion } from '../../src/phases/provision/choose-version.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { recordedCluster } from './recorded-cluster.ts'

test.each([
  ['v1.35.4+rke2r1', false],
  ['v1.35.5+rke2r1', true],
  ['v1.35', false],
  ['v1.3', true],
  ['v1.36', true],
  ['stable', false],
  ['latest', false],
])('%s excludes v1.35.4+rke2r1: %s', (wish, answer) => {
  expect(excludes(wish, 'v1.35.4+rke2r1')).toBe(answer)
})

test('another version than that of the machines is refused until they run a cluster, and told from then on', async () => {
  const { context, contextOf, lines } = await recordedCluster({ servers: 1, agents: 0, 'min-zones': 1 })
  await provisionNodes.run(context)
  const other = contextOf({ 'rke2-version': 'v1.36.3+rke2r1' })
  const choose = async () => chooseVersion(other, await other.nodes())
  expect(await choose().catch(describeError)).toBe(
    'rke2-version: the machines of pr-42 were launched for RKE2 v1.35.4+rke2r1, and v1.36.3+rke2r1 is asked for\n→ Run teardown for this cluster-name first, or set rke2-version to v1.35.4+rke2r1. Nothing was changed.',
  )
  await ensureSecret(context.aws.ssm, {
    name: names.kubeconfig('pr-42'),
    value: 'kubeconfig',
    description: 'Kubeconfig',
    tags: {},
  })
  expect(await choose()).toBe('v1.35.4+rke2r1')
  expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringContaining(
      'pr-42 runs RKE2 v1.35.4+rke2r1, and rke2-version v1.36.3+rke2r1 is not applied: upgrades are not part of this action',
    ),
  ])
}, 60_000)
