import { expect, test } from '@jest/globals'
import { runPlugin } from '../../../../src/local-cloud/rke2/cilium/container/cni-plugin.ts'

const call = async (name: string, command: string, input: string) => {
  const { output, exitCode } = await runPlugin(name, { CNI_COMMAND: command }, input)
  return { exitCode, answer: JSON.parse(output) as object }
}

test.each(['cilium-cni', 'loopback'])('%s says which versions of CNI it speaks', async (name) => {
  expect(await call(name, 'VERSION', '{"cniVersion":"1.0.0"}')).toEqual({
    exitCode: 0,
    answer: { cniVersion: '1.0.0', supportedVersions: ['0.3.1', '0.4.0', '1.0.0'] },
  })
})

const wrong: [string, string, string, RegExp][] = [
  ['no configuration', 'ADD', '', /JSON/],
  ['an unknown command', 'FLY', '{"cniVersion":"1.0.0"}', /CNI_COMMAND/],
  ['a configuration that no agent wrote', 'ADD', '{"cniVersion":"1.0.0"}', /names no podCidr/],
  ['a configuration without its version', 'ADD', '{}', /cniVersion/],
]
test.each(wrong)('%s is an error as CNI wants it, on standard output', async (_, command, input, msg) => {
  expect(await call('cilium-cni', command, input)).toEqual({
    exitCode: 1,
    answer: { cniVersion: '1.0.0', code: 100, msg: expect.stringMatching(msg) },
  })
})
