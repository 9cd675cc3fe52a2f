import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { defineAction, type Kit } from '../kit/define-action.ts'
import { UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import { startFlags } from './start-flags.ts'
import { controlPlaneChoice } from './tools/kubernetes/control-plane-choice.ts'

/** The line that `index.js start` prints when the cloud answers. */
export const readyLine = z.object({
  endpoint: z.url(),
  region: z.string(),
  channelUrl: z.url(),
  artifactUrl: z.url(),
  /** Which parts of RKE2 and Cilium are genuine, in words. */
  parts: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** Which control plane runs, and how to get the other. */
  controlPlane: z.string(),
  pid: z.int(),
})
export type Ready = z.output<typeof readyLine>

/** What the AWS SDKs read from the environment. The key is good for this one local cloud and is gone with it: no secret. */
export const environmentOf = (ready: Ready): Record<string, string> => ({
  AWS_ENDPOINT_URL: ready.endpoint,
  AWS_REGION: ready.region,
  AWS_ACCESS_KEY_ID: ready.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ready.secretAccessKey,
})

export const localCloudAction = defineAction({
  id: 'local-cloud',
  name: 'Start the local cloud',
  description:
    'A stand-in for AWS in this job, with real sandboxed machines: no account, no secrets. Stops with the job.',
  icon: 'cloud',
  inputs: z.object({
    speed: z
      .string()
      .prefault('20')
      .transform(Number)
      .pipe(z.number().min(1).max(100))
      .describe('How many times shorter waiting is than on AWS, 1 to 100. The order of events stays.'),
    artifacts: z
      .string()
      .optional()
      .describe(
        'A genuine RKE2 instead of our stand-in: a directory that holds `<version>/` with its tarball, images and checksums, or the address of one release. With the list of Cilium’s images in place of the images, our Cilium runs in it. Takes 1.1 GiB of memory a server.',
      ),
    'ssm-agent': z
      .string()
      .optional()
      .describe(
        "Directory of the genuine SSM agent's programs, to run it in every machine in place of the stand-in.",
      ),
    'iam-policy': z
      .string()
      .optional()
      .describe(
        'Path of an IAM policy, such as policies/deploy.json, that the calls of this job are held to. Default: they may do everything.',
      ),
    'control-plane': controlPlaneChoice
      .prefault('auto')
      .describe(
        "What runs on the servers: `upstream` (unmodified kube-apiserver, kube-controller-manager and kube-scheduler, fetched when they are missing), `light` (our own engine), or `auto`: upstream's if they are in the cache or on PATH.",
      ),
  }),
  outputs: {
    endpoint: 'The address of the AWS APIs, also exported as AWS_ENDPOINT_URL for the steps that follow.',
    'channel-url': 'What to give the cluster actions as `channel-url`: the local RKE2 release channels.',
    'artifact-url':
      "What to give the cluster actions as `artifact-url`: the local mirror of RKE2's artifacts, as nodes see it.",
  },
  async run(wishes, kit) {
    const { speed } = wishes
    const ready = await start(wishes, join(kit.tempDirectory, 'local-cloud.log'), kit)
    await appendTo('GITHUB_STATE', { pid: String(ready.pid) }, kit)
    await appendTo('GITHUB_ENV', environmentOf(ready), kit)
    kit.output('endpoint', ready.endpoint)
    kit.output('channel-url', ready.channelUrl)
    kit.output('artifact-url', ready.artifactUrl)
    kit.log.info(`control plane: ${ready.controlPlane}`)
    kit.log.info(
      `the local cloud answers at ${ready.endpoint} (${ready.region}), ${speed} times faster than AWS`,
    )
    kit.log.info(ready.parts)
  },
  post(kit) {
    const pid = Number(kit.env['STATE_pid'])
    if (pid) stop(pid, kit)
    return Promise.resolve()
  },
})

type Wishes = z.output<typeof localCloudAction.inputs>

async function start(wishes: Wishes, logFile: string, kit: Kit): Promise<Ready> {
  const out = openSync(logFile, 'w')
  // Beside the door that runs, dist/local-cloud/action/index.js.
  const program = join(dirname(process.argv[1] ?? ''), '../index.js')
  const child = spawn(process.execPath, [program, 'start', ...startFlags(wishes)], {
    detached: true,
    stdio: ['ignore', out, out],
  })
  child.unref()
  return waitFor({
    what: 'the local cloud',
    // A genuine release, a gigabyte, or upstream's control plane may have to be fetched first.
    withinSeconds: wishes.artifacts ? 1_200 : 300,
    next: `Look at ${logFile}.`,
    clock: kit.clock,
    log: kit.log,
    signal: kit.signal,
    probe: async () => {
      const said = (await readFile(logFile, 'utf8')).split('\n')
      const ready = said.map(parseReady).find((line) => line !== undefined)
      if (ready) return { done: ready }
      if (child.exitCode !== null)
        throw new UserError(`the local cloud did not start:\n${said.slice(-12).join('\n')}`, {
          hint: `The whole log is ${logFile}.`,
        })
      return { notYet: said.findLast((line) => line.trim() !== '') ?? 'starting' }
    },
  })
}

function parseReady(line: string): Ready | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return readyLine.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** The runner reads state and environment of a step from files of KEY=value lines. */
async function appendTo(variable: 'GITHUB_STATE' | 'GITHUB_ENV', values: Record<string, string>, kit: Kit) {
  const file = kit.env[variable]
  if (!file) return
  await appendFile(
    file,
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
}

/** The front takes everything away by itself at SIGTERM; that it is gone already is no fault of the job. */
function stop(pid: number, kit: Kit): void {
  try {
    process.kill(pid, 'SIGTERM')
    kit.log.info('the local cloud stops; nothing of it stays')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    kit.log.info('the local cloud has ended already')
  }
}
