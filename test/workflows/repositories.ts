import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

export const root = join(import.meta.dirname, '..', '..')

/** The one name under which workflows/ calls this repository, and the version it calls. */
export const OURS = 'org/rke2-action'
export const OURS_REF = 'v1'

/** Actions of others, with our stand-ins for them: there is no GitHub to fetch them from. */
const STAND_INS = ['aws-actions/configure-aws-credentials', 'actions/upload-artifact']

const REF = /uses: (?<repository>[\w-]+\/[\w-]+)@(?<ref>[0-9a-f]{40})/g

/**
 * A copy of this repository as a user's workflow would fetch it.
 * act 0.2.89 does not know `$/` (this repository at the running commit), so here it is written out; nor `queue`, which is left
 * out, as it ignores `concurrency` altogether.
 */
export function copyOurs(directory: string): void {
  for (const name of ['action.yml', 'actions', 'dist', '.github'])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(directory, name), { recursive: true })
  for (const file of yamlFiles(directory)) {
    const text = readFileSync(file, 'utf8').replace(/^ {2}queue: max.*\n/m, '')
    writeFileSync(file, text.replaceAll(/uses: \$\/(\S+)/g, `uses: ${OURS}/$1@${OURS_REF}`))
  }
}

/** A repository of somebody else, with our callers copied into it as its README tells to. */
export function makeCaller(directory: string): void {
  cpSync(join(root, 'workflows'), join(directory, '.github', 'workflows'), { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=caller', '-c', 'user.email=caller@example.com', ...args], {
      cwd: directory,
      stdio: 'ignore',
    })
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', 'https://github.com/octo/caller')
  git('commit', '--quiet', '--allow-empty', '--message=start')
}

/** What `runWorkflow` needs to find every action that our workflows name. */
export function localRepositories(ours: string): Record<string, string> {
  const found: Record<string, string> = { [`${OURS}@${OURS_REF}`]: ours }
  const files = [
    ...yamlFiles(ours),
    ...readdirSync(join(root, 'workflows')).map((name) => join(root, 'workflows', name)),
  ]
  for (const file of files)
    for (const { groups } of readFileSync(file, 'utf8').matchAll(REF)) {
      const { repository = '', ref = '' } = groups ?? {}
      if (STAND_INS.includes(repository))
        found[`${repository}@${ref}`] = join(import.meta.dirname, 'stand-ins', repository.split('/')[1] ?? '')
    }
  return found
}

/**
 * Puts recorders in the place of our actions, with the inputs and outputs of the real ones.
 * @param keep actions that stay what they are
 */
export function stubActions(ours: string, keep: readonly string[]): void {
  for (const name of readdirSync(join(ours, 'actions'))) {
    if (keep.includes(name)) continue
    const file = join(ours, 'actions', name, 'action.yml')
    const metadata = parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, stringify({ ...metadata, runs: { using: 'node24', main: 'record.mjs' } }))
    cpSync(join(import.meta.dirname, 'record.mjs'), join(ours, 'actions', name, 'record.mjs'))
  }
}

export function writeWorkflow(repository: string, name: string, text: string): void {
  mkdirSync(join(repository, '.github', 'workflows'), { recursive: true })
  writeFileSync(join(repository, '.github', 'workflows', `${name}.yml`), text)
}

const yamlFiles = (directory: string): string[] =>
  ['actions', '.github/workflows']
    .flatMap((folder) =>
      readdirSync(join(directory, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(directory, name))
