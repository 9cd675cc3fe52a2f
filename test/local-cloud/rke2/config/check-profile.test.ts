import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { type MachineSettings, profileFault } from '../../../../src/local-cloud/rke2/config/check-profile.ts'

const prepared: Record<string, number> = {
  'vm.overcommit_memory': 1,
  'vm.panic_on_oom': 0,
  'kernel.panic': 10,
  'kernel.panic_on_oops': 1,
}
const machine = (sysctls: Record<string, number>, lines: readonly string[]): MachineSettings => ({
  sysctl: (name) => sysctls[name] ?? Number.NaN,
  users: lines,
  groups: lines,
})
const bare = machine({ ...prepared, 'vm.overcommit_memory': 0, 'kernel.panic': 0 }, ['root:x:0:0'])
const noUser = machine(prepared, ['root:x:0:0'])
const ready = machine(prepared, ['root:x:0:0', 'etcd:x:52034:'])

const KERNEL =
  'invalid kernel parameter value vm.overcommit_memory=0 - expected 1\ninvalid kernel parameter value kernel.panic=0 - expected 10\n'
const USER = 'missing required: user: unknown user etcd\nmissing required: group: unknown group etcd\n'

test.each([
  ['no profile', undefined, 'server', bare, undefined],
  ['cis, nothing prepared', 'cis', 'server', bare, KERNEL],
  ['cis, nothing prepared, agent', 'cis', 'agent', bare, KERNEL],
  ['cis, only the kernel prepared', 'cis', 'server', noUser, USER],
  ['cis, only the kernel prepared, agent', 'cis', 'agent', noUser, undefined],
  ['cis, prepared', 'cis', 'server', ready, undefined],
  ['etcd, nothing prepared', 'etcd', 'server', bare, USER],
  ['etcd, prepared', 'etcd', 'server', machine({}, ready.users), undefined],
] as const)('%s', (_name, profile, role, settings, fault) => {
  expect(profileFault(profile, role, settings)).toBe(fault)
})

test('the words are the genuine ones', () => {
  const journal = readFileSync('test/fixtures/rke2/journals/cis-without-etcd-user.txt', 'utf8')
  expect(journal).toContain(`level=fatal msg=${JSON.stringify(USER)}`)
})
