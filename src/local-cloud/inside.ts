import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { systemClock } from '../kit/clock.ts'
import { describeError } from '../kit/errors.ts'
import { faultSettings } from './fault-options.ts'
import type { CloudEvent } from './front/cloud-event.ts'
import { ownArchitecture } from './front/releases/architecture.ts'
import { createHostApi } from './host-api.ts'
import { hostLoan } from './machines/cgroups.ts'
import { createHypervisor } from './machines/create-hypervisor.ts'
import { createMirror, MIRROR_NAME } from './machines/mirror.ts'
import { requestListener } from './machines/request-listener.ts'
import { RELEASES } from './releases.ts'
import { ownMirror, ownReleases, standInReleases } from './serve-releases.ts'
import { authorityOf } from './services/authority.ts'
import { createServices } from './services/create-services.ts'
import { controlPlaneChoice } from './tools/kubernetes/control-plane-choice.ts'
import { createWire } from './wire/create-wire.ts'
import { strikeInWords } from './world/faults.ts'
import { policySchema } from './world/policy.ts'
import { createWorld } from './world/world.ts'

const Settings = z.object({
  state: z.string(),
  speed: z.number(),
  region: z.string(),
  tools: z.object({ etcd: z.string(), etcdctl: z.string(), kubectl: z.string(), helm: z.string() }),
  ssmAgent: z.string(),
  controlPlane: controlPlaneChoice,
  kubernetes: z.record(z.string(), z.string()),
  userNamespace: z.boolean(),
  faults: faultSettings,
  userPolicy: policySchema.optional(),
  mirror: ownMirror.optional(),
  loan: hostLoan.optional(),
})

const tell = (event: CloudEvent) => console.log(JSON.stringify(event))

/**
 * The cloud itself: wire, services, machines and network in one process, inside namespaces of its own.
 * @param program the bundle that holds this program; the nodes' programs lie beside it
 */
export async function inside(program: string, settings: string): Promise<void> {
  const given = Settings.parse(JSON.parse(settings))
  const { state, speed, region, tools, controlPlane, kubernetes, ssmAgent } = given
  const { userNamespace, mirror: own, loan, faults } = given
  const beside = (name: string) => join(dirname(program), name)
  // From here the paths of the machines' sockets are short.
  process.chdir(state)
  const store = { path: join(state, 'store'), overlayOptions: userNamespace ? ',userxattr' : '', loan }
  const report = (error: unknown) => console.error(describeError(error))
  const cloud = await createHypervisor({
    ...{ store, speed, controlPlane, report, balancerDirectory: join(state, 'balancers') },
    programs: {
      node: process.execPath,
      ...tools,
      agent: { bundle: beside('agent.js'), genuine: ssmAgent, region },
      kubernetes,
    },
    onDoors: (doors) => tell({ event: 'balancers', doors }),
  })
  const world = createWorld({
    ...{ clock: systemClock, speed, region, signal: new AbortController().signal },
    throttles: faults.throttling === 'aws',
    userPolicy: given.userPolicy,
    onStrike: (strike) => console.error(strikeInWords(strike)),
  })
  for (const fault of faults.faults) world.faults.inject(fault)
  if (faults.seed !== undefined) world.faults.mix(faults.seed)
  const services = createServices(world, cloud.hypervisor, { report })
  const aws = createWire(services, { region, authority: authorityOf(world) })
  const releases = own?.versions ?? RELEASES
  const made = { directory: join(store.path, 'artifacts'), arch: ownArchitecture(), beside }
  const mirror = createMirror(own ? ownReleases(own, made) : standInReleases(made))
  await cloud.serve((request, response) =>
    request.headers.host === MIRROR_NAME ? mirror(request, response) : aws(request, response),
  )
  const socket = join(state, 'api.sock')
  const front = createServer(requestListener(createHostApi({ world, cloud, state, aws, releases }), report))
  front.listen(socket)
  await once(front, 'listening')
  // The front may be another user than root; the directory lets in nobody else.
  await chmod(socket, 0o666)
  tell({ event: 'ready', ...world.userKey })
}
