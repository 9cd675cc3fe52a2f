#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { requireNode, root } from './set-up.mjs'

// `npm start`: a cluster of three servers and three agents, up, verified and gone. Needs no npm package.

requireNode()
const show = spawn(process.execPath, [join(root, 'dist/local-cloud/show.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// The terminal sends Ctrl-C to the whole group: the show cleans up, and this one waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && show.kill(signal))
show.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
