import { dirname } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { actionOf, composites, textOf } from './workflow-files.ts'

// The READMEs of JavaScript actions are generated; those of composite ones are by hand and must not grow stale.
describe.each(composites)('%s', (file) => {
  const { inputs, outputs } = actionOf(file)
  const readme = textOf(`${dirname(file)}/README.md`)
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \|.*/gm)]

  test('every input and output is in its README, and nothing else', () => {
    expect(rows.map(([, name]) => name)).toEqual([...Object.keys(inputs), ...Object.keys(outputs)])
  })

  test('its README marks what is required', () => {
    const marked = rows.filter(([row]) => row.includes('**required**')).map(([, name]) => name)
    expect(marked).toEqual(Object.keys(inputs).filter((name) => inputs[name]?.required))
  })
})
