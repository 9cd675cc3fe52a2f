import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ensureAct } from '../../bin/tools.mjs'
import { type Run, readRun } from './act-log.ts'
import { ensureNode24 } from './node-24.ts'

export interface WorkflowRun {
  /** The checkout of the repository whose workflow runs. */
  repository: string
  /** File name below .github/workflows/, without its ending. */
  workflow: string
  event: string
  /** The event's payload, as GitHub would send it. */
  payload?: object
  inputs?: Readonly<Record<string, string>>
  vars?: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
  /** GITHUB_TOKEN of the run. */
  token?: string
  /** `owner/name@ref` to the directory that is used instead of it. */
  repositories: Readonly<Record<string, string>>
}

const flags = (flag: string, values: Readonly<Record<string, string>> = {}) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])

/** Runs a workflow for real: each step a process on this machine, with nothing of this process's environment. */
export async function runWorkflow(options: WorkflowRun): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-act-'))
  try {
    const payload = join(scratch, 'event.json')
    writeFileSync(payload, JSON.stringify({ ...options.payload, inputs: options.inputs }))
    const { lines, exitCode } = await act(
      [
        options.event,
        ...['--workflows', `.github/workflows/${options.workflow}.yml`, '--eventpath', payload],
        ...['--platform', 'ubuntu-latest=-self-hosted', '--json', '--rm', '--no-cache-server'],
        ...flags('--input', options.inputs),
        ...flags('--var', options.vars),
        ...flags('--env', options.env),
        ...flags('--local-repository', options.repositories),
        ...flags('--secret', { GITHUB_TOKEN: options.token ?? 'token-of-the-run' }),
      ],
      options.repository,
      scratch,
    )
    return readRun(lines, exitCode)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function act(args: readonly string[], cwd: string, scratch: string) {
  const child = spawn(ensureAct(), args, {
    cwd,
    env: environment(scratch),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  return { lines: out.split('\n'), exitCode }
}

function environment(scratch: string): Record<string, string> {
  const directory = (name: string) => {
    mkdirSync(join(scratch, name))
    return join(scratch, name)
  }
  return {
    PATH: [
      patientPrograms(directory('programs')),
      ensureNode24(),
      '/usr/local/sbin',
      '/usr/local/bin',
      '/usr/sbin',
      '/usr/bin',
      '/sbin',
      '/bin',
    ].join(':'),
    HOME: directory('home'),
    XDG_CACHE_HOME: directory('cache'),
    XDG_CONFIG_HOME: directory('config'),
  }
}

/**
 * act reads a step's terminal to its end only when the step succeeds (0.2.89, host_environment.go: `cmd.Run` returns its error
 * first), so that 1 step in 300 loses its last words, and under load 12. A program that failed stays a moment.
 */
function patientPrograms(directory: string): string {
  for (const program of [join(ensureNode24(), 'node'), '/bin/bash']) {
    const lines = [
      '#!/bin/sh',
      `PATH=\${PATH#"${directory}:"}`,
      `"${program}" "$@" || { code=$?; sleep 0.2; exit "$code"; }`,
    ]
    writeFileSync(join(directory, basename(program)), `${lines.join('\n')}\n`, { mode: 0o755 })
  }
  return directory
}
