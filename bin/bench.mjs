#!/usr/bin/env node
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './set-up.mjs'

// `npm run bench` lists what can be measured; `npm run bench -- NAME` measures it; exit 1 when a target is missed.

const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''))
const [name, ...args] = process.argv.slice(2)

if (!name) {
  for (const each of names) {
    const { title } = await import(`../bench/${each}.bench.mjs`)
    console.log(`  ${each.padEnd(10)} ${title}`)
  }
  process.exit(0)
}
if (!names.includes(name)) {
  console.error(`no measurement ${name}; there are ${names.join(', ')}`)
  process.exit(2)
}
const { measure } = await import(`../bench/${name}.bench.mjs`)
const { print } = await import('../bench/print.mjs')
process.exit(print(name, await measure(args), { json: args.includes('--json') }) ? 0 : 1)
