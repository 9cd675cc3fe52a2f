import { parseArgs } from 'node:util'
import * as z from 'zod'
import { UserError } from '../kit/errors.ts'
import { controlPlaneChoice } from '../local-cloud/tools/kubernetes/control-plane-choice.ts'

export const HELP = `npm start [-- options]

A highly available RKE2 cluster on this machine, through the same bundles and node scripts that run on AWS:
provisioned, bootstrapped, joined, networked, verified, taken away again. Nothing is left behind.

  --servers N      servers: 1, 3, 5 or 7 (default 3)
  --agents N       agents (default 3)
  --keep           leave the cluster up after the verdict, until Ctrl-C, and say how to use kubectl with it
  --drills LIST    what to break on purpose (default lose-one-server; none to skip)
  --control-plane  upstream (unmodified Kubernetes, fetched when it is missing), light (our own engine), or auto:
                   upstream if it is in the cache or on PATH (default auto; npm run build:kubernetes puts it there)
  --kubernetes DIR where kube-apiserver, kube-controller-manager and kube-scheduler are
  --speed N        how many times shorter waiting is than on AWS, 1 to 100 (default 20)
  --fault-seed N   let AWS fail now and then by a mix of this seed: throttles, errors after the work, lost answers, stale reads
  --artifacts DIR|URL  a mirror of genuine RKE2 releases, by version, or the address of one: instead of our stand-in
  --ssm-agent DIR  the genuine SSM agent's programs, to run it in every machine in place of the stand-in
  --name NAME      cluster-name (default demo)
  --plain          plain lines, also on a terminal
  --help           this text

Needs root, sudo, or unprivileged user namespaces: the machines are Linux sandboxes.
Set-up (etcd, kubectl, iproute2, nftables) is done when something is missing, and said.
`

const count = z.string().regex(/^\d+$/, 'write a whole number')

const options = z.object({
  servers: count.default('3'),
  agents: count.default('3'),
  keep: z.boolean().default(false),
  drills: z.string().default('lose-one-server'),
  'control-plane': controlPlaneChoice.default('auto'),
  kubernetes: z.string().optional(),
  speed: z.coerce.number('write a number').min(1, 'write 1 to 100').max(100, 'write 1 to 100').default(20),
  'fault-seed': z.coerce
    .number('write a number')
    .int('write a whole number')
    .min(0, 'write 0 or more')
    .optional(),
  artifacts: z.string().optional(),
  'ssm-agent': z.string().optional(),
  name: z.string().default('demo'),
  plain: z.boolean().default(false),
  help: z.boolean().default(false),
})
export type Options = z.output<typeof options>

/**
 * Reads the command line. Numbers of servers and agents are left to the action, whose words are better.
 * @throws UserError naming an option that isn't known.
 */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        servers: { type: 'string' },
        agents: { type: 'string' },
        keep: { type: 'boolean' },
        drills: { type: 'string' },
        'control-plane': { type: 'string' },
        kubernetes: { type: 'string' },
        speed: { type: 'string' },
        'fault-seed': { type: 'string' },
        artifacts: { type: 'string' },
        'ssm-agent': { type: 'string' },
        name: { type: 'string' },
        plain: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return options.parse(values)
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n')
        : (error as Error).message
    throw new UserError(reason, { hint: 'npm start -- --help tells what there is.' })
  }
}
