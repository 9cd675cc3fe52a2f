import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Script } from '../../src/nodes/node-runner.ts'
import { scriptText } from '../../src/nodes/script.ts'

/** Programs by name, as text of bash, found before the machine's own. */
export type Programs = Readonly<Record<string, string>>

/** Runs a node script in a real bash, with its own directories in a temporary one. Resolves to what the caller would read. */
export async function runScript<Answer>(
  script: Script<Answer>,
  programs: Programs,
  directory?: string,
): Promise<{ answer: Answer; bytes: number }> {
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'check-')))
  try {
    await mkdir(join(home, 'bin'), { recursive: true })
    for (const [name, body] of Object.entries(programs)) {
      await writeFile(join(home, 'bin', name), `#!/usr/bin/env bash\n${body}\n`)
      await chmod(join(home, 'bin', name), 0o755)
    }
    const text = scriptText(script)
      .replaceAll('/var/lib/rke2-action', join(home, 'own'))
      .replaceAll('/var/log/rke2-action.log', join(home, 'log'))
      .replaceAll('/etc/rancher/rke2/rke2.yaml', join(home, 'rke2.yaml'))
    const stdout = await bash(text, `${join(home, 'bin')}:/usr/bin:/bin`)
    const line = stdout.trimEnd().split('\n').at(-1) ?? ''
    return { answer: script.answer.parse(JSON.parse(line)), bytes: Buffer.byteLength(stdout) }
  } finally {
    if (!directory) await rm(home, { recursive: true, force: true })
  }
}

const bash = (text: string, path: string) =>
  new Promise<string>((resolve, reject) => {
    execFile('/bin/bash', ['--norc', '-c', text], { env: { PATH: path } }, (error, stdout, stderr) =>
      error ? reject(new Error(`${stdout}${stderr}${error.message}`)) : resolve(stdout),
    )
  })
