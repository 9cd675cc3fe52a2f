import { parseArgs } from 'node:util'
import * as z from 'zod'
import { UserError } from '../kit/errors.ts'
import { BUILT } from './tools/kubernetes/build-binaries.ts'
import { controlPlaneChoice } from './tools/kubernetes/control-plane-choice.ts'

export const HELP = `The local cloud: AWS's APIs on loopback, with real sandboxed machines behind them.

  node index.js start [--port N] [--speed N] [--region NAME] [--state DIR] [--ssm-agent DIR]
                      [--control-plane auto|light|upstream] [--kubernetes DIR] [--iam-policy FILE]
                      [--stop-with-stdin]
                      [--fault NAME] [--faults FILE] [--fault-seed N] [--throttling off|aws]
      Prints one line of JSON when it answers. SIGINT or SIGTERM takes everything away again.
      --port             loopback port of the APIs, default any
      --speed            how many times shorter waiting is than on AWS, default 20
      --region           default eu-west-1
      --state            where the state directory is made, default $XDG_RUNTIME_DIR or /tmp
      --artifacts        a mirror of RKE2's releases instead of our stand-in: a directory that holds <version>/
                         rke2.linux-amd64.tar.gz, rke2-images-{core,cilium}.linux-amd64.tar.zst, sha256sum-amd64.txt; or
                         the address of one release. Genuine ones run as root only, and take 1.1 GiB a server. With
                         rke2-images-cilium.linux-amd64.txt in place of Cilium's images, our Cilium runs in it
      --servers, --agents  how many nodes a genuine cluster will have, for its memory; default 3 and 0
      --ssm-agent        directory of the genuine SSM agent's programs, to run it in every machine in place of the stand-in
      --stop-with-stdin  ends when standard input ends
      --control-plane    upstream: unmodified kube-apiserver, kube-controller-manager and kube-scheduler, fetched when they
                         are missing; light: our own engine; auto, the default: upstream if it is in the cache or on PATH
      --kubernetes       the directory that holds those three
      --iam-policy       the policy that calls of the announced key are held to, such as policies/deploy.json; without it they may do
                         everything
      --fault            what is to go wrong, NAME[=COUNT][@SEED], as often as you like: throttle:RunInstances=3
      --faults           a file (YAML or JSON) of { faults: [...], seed: N, throttling: aws }
      --fault-seed       a mix of faults over all calls that are not a machine's, chosen by this number; each is told when it strikes
      --throttling       aws: calls above AWS's token buckets are refused; default off
  node index.js set-up
      Fetches what its machines need and this one lacks, as start does, and ends: for images, and before tests.
  node index.js clean [--state DIR]
      Removes what a cloud that was killed has left.
  node index.js build-kubernetes [--version V] [--kubelet]
      Builds upstream's control plane from Go modules into the cache, by default ${BUILT}; the kubelet too, for our tests.`

const Flags = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  speed: z.coerce.number().min(1).max(100).default(20),
  region: z.string().default('eu-west-1'),
  state: z.string().optional(),
  artifacts: z.string().optional(),
  servers: z.coerce.number().int().min(0).default(3),
  agents: z.coerce.number().int().min(0).default(0),
  'ssm-agent': z.string().optional(),
  'stop-with-stdin': z.boolean().default(false),
  'control-plane': controlPlaneChoice.default('auto'),
  kubernetes: z.string().optional(),
  fault: z.array(z.string()).default([]),
  faults: z.string().optional(),
  'iam-policy': z.string().optional(),
  'fault-seed': z.string().optional(),
  throttling: z.string().optional(),
  kubelet: z.boolean().default(false),
  version: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/, 'a version looks like v1.35.4')
    .default(BUILT),
})

export type Flags = z.output<typeof Flags>

/** @throws UserError naming the flag that is wrong. */
export function readFlags(args: string[]): Flags {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...{ port: text, speed: text, region: text, state: text, artifacts: text, servers: text },
        ...{ agents: text, kubernetes: text, version: text, 'ssm-agent': text, 'control-plane': text },
        ...{ 'iam-policy': text, faults: text, 'fault-seed': text, throttling: text },
        fault: { type: 'string', multiple: true },
        'stop-with-stdin': { type: 'boolean' },
        kubelet: { type: 'boolean' },
      },
    })
    return Flags.parse(values)
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new UserError(`${reason}\n\n${HELP}`)
  }
}
