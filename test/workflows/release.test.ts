import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { REUSABLE, workflowOf } from './workflow-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-release-'))
const asked = join(directory, 'asked')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const script = workflowOf(`${REUSABLE}/release.yml`).jobs['move-major-tag']?.steps[0]?.run ?? ''

// Stands in for GitHub's own command: knows some tags, and writes down what it is told to change.
writeFileSync(
  join(directory, 'gh'),
  `#!/usr/bin/env bash
last=\${!#}
case "$*" in
  *matching-refs*) for tag in $TAGS; do [[ $tag != v1.* ]] || echo "refs/tags/$tag"; done ;;
  *--method*) echo "$*" >>'${asked}' ;;
  *) [[ " $TAGS " == *" \${last##*/} "* ]] ;;
esac
`,
  { mode: 0o755 },
)

/** What the step changes on the tag v1.10.0 of a repository that has these tags. */
function changes(tags: string): string[] {
  writeFileSync(asked, '')
  const env = {
    PATH: `${directory}:${process.env['PATH']}`,
    TAGS: tags,
    GITHUB_REF: 'refs/tags/v1.10.0',
    GITHUB_REF_NAME: 'v1.10.0',
    GITHUB_REPOSITORY: 'octo/ours',
    GITHUB_SHA: '6dcb09b',
  }
  execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { env })
  return readFileSync(asked, 'utf8').split('\n').filter(Boolean)
}

test.each([
  [
    'the first release makes the major tag',
    'v1.10.0',
    [/--method POST repos\/octo\/ours\/git\/refs .*ref=refs\/tags\/v1 .*sha=6dcb09b/],
  ],
  [
    'a newer one moves it',
    'v1 v1.9.0 v1.10.0 v2.0.0',
    [/--method PATCH repos\/octo\/ours\/git\/refs\/tags\/v1 .*sha=6dcb09b .*force=true/],
  ],
  ['a fix of an older one does not', 'v1 v1.10.0 v1.11.0', []],
])('%s', (_, tags, expected) => {
  expect(changes(tags)).toEqual(expected.map((call) => expect.stringMatching(call)))
})
