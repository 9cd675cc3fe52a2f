#!/usr/bin/env node
import { requireNode } from './set-up.mjs'

// `npm start`: a cluster of three servers and three agents, up, verified and gone. Needs no npm package.

requireNode()
await import('../dist/local-cloud/show.js')
