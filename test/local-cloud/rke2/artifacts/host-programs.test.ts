import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { hostPrograms, readLibraries } from '../../../../src/local-cloud/rke2/artifacts/host-programs.ts'

test('libraries as ldd prints them: by name, by path, and none of the kernel’s', () => {
  const printed = `\tlinux-vdso.so.1 (0x00007ffd5)
\tlibnftables.so.1 => /lib/x86_64-linux-gnu/libnftables.so.1 (0x00007f1)
\tlibgone.so.2 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f2)
`
  expect(readLibraries(printed)).toEqual([
    '/lib/x86_64-linux-gnu/libnftables.so.1',
    '/lib64/ld-linux-x86-64.so.2',
  ])
  expect(readLibraries('\tstatically linked\n')).toEqual([])
})

test('this machine has what the image is made of', async () => {
  const files = await hostPrograms()
  expect(files.get('/usr/bin/node')).toBe(process.execPath)
  expect([...files.keys()]).toEqual(expect.arrayContaining(['/bin/sh', '/bin/bash', '/usr/bin/nft']))
  for (const source of files.values()) expect(existsSync(source)).toBe(true)
})
