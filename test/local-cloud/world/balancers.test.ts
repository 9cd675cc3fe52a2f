import { expect, test } from '@jest/globals'
import { balancersOf, namesOf } from '../../../src/local-cloud/world/balancers.ts'
import { balancerIn, routeOf } from './balancer-fixture.ts'

const shown = (crossZone: boolean, targets: readonly string[]) =>
  balancersOf([routeOf(balancerIn(crossZone), targets)]).map(
    (listener) => `${listener.addresses} → ${listener.targets.map(({ address }) => address)}`,
  )

test.each([
  [true, ['a1 healthy', 'b1 healthy'], ['lb-a,lb-b → a1,b1']],
  [true, ['a1 healthy', 'b1 unhealthy'], ['lb-a,lb-b → a1']],
  [true, ['a1 unhealthy', 'b1 unhealthy', 'b2 draining'], ['lb-a,lb-b → a1,b1']],
  [true, ['a1 initial', 'b1 unused'], ['lb-a,lb-b → ']],
  [false, ['a1 healthy', 'b1 healthy'], ['lb-a → a1', 'lb-b → b1']],
  [false, ['a1 healthy', 'b1 unhealthy'], ['lb-a → a1', 'lb-b → b1']],
  [false, ['a1 healthy'], ['lb-a → a1', 'lb-b → ']],
])('cross-zone %p with %p routes %p', (crossZone, targets, routes) => {
  expect(shown(crossZone, targets)).toEqual(routes)
})

test.each([
  [true, ['a1 healthy'], ['lb-a', 'lb-b']],
  [false, ['a1 healthy'], ['lb-a']],
  [false, ['a1 healthy', 'b1 unhealthy'], ['lb-a']],
  [false, ['a1 unhealthy', 'b1 unhealthy'], ['lb-a', 'lb-b']],
])('the name of a balancer, cross-zone %p with %p, resolves to %p', (crossZone, targets, addresses) => {
  const balancer = balancerIn(crossZone)
  expect(namesOf([balancer], [routeOf(balancer, targets)])).toEqual({ 'lb.example': addresses })
})

test('a balancer that is being provisioned has neither name nor listener', () => {
  const balancer = balancerIn(true, 'provisioning')
  const routes = [routeOf(balancer, ['a1 healthy'])]
  expect(namesOf([balancer], routes)).toEqual({})
  expect(balancersOf(routes)).toEqual([])
})
