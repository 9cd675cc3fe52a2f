import * as z from 'zod'
import type { Script } from './node-runner.ts'
import awaitAgentBody from './scripts/await-agent.sh'
import awaitServerBody from './scripts/await-server.sh'
import ciliumConfigBody from './scripts/cilium-config.sh'
import ciliumRolloutBody from './scripts/cilium-rollout.sh'
import forgetNodesBody from './scripts/forget-nodes.sh'
import install from './scripts/install.sh'
import installRke2Body from './scripts/install-rke2.sh'
import joinBody from './scripts/join.sh'
import labelNodesBody from './scripts/label-nodes.sh'
import moveExpiryBody from './scripts/move-expiry.sh'
import nodeLogsBody from './scripts/node-logs.sh'
import parameterStore from './scripts/parameter-store.py'
import publishKubeconfigBody from './scripts/publish-kubeconfig.sh'
import readyBody from './scripts/ready.sh'
import removeMemberBody from './scripts/remove-member.sh'
import serverCaHashBody from './scripts/server-ca-hash.sh'
import startConfigured from './scripts/start-configured.sh'
import startFirstServerBody from './scripts/start-first-server.sh'
import startServerBody from './scripts/start-server.sh'
import tryKubectl from './scripts/try-kubectl.sh'
import writeConfig from './scripts/write-config.sh'

/** A shell function `parameter_store get|put NAME`. The program is an argument of python3, since `put` reads its input. */
const PARAMETER_STORE = `PARAMETER_STORE_PY=$(cat <<'END_OF_PYTHON'\n${parameterStore}\nEND_OF_PYTHON\n)\nparameter_store() { python3 -IS -c "$PARAMETER_STORE_PY" "$@"; }\n`

// A script that only looks, or only writes files, takes seconds; the rest is for a node under load.
const QUICK_SECONDS = 120

/** The shell functions of a script that gives RKE2 its configuration and starts it. */
const CONFIGURED_START = `${PARAMETER_STORE}${writeConfig}\n${startConfigured}`

const script = <Answer>(
  name: string,
  body: string,
  answer: z.ZodType<Answer>,
  settings: Record<string, string> = {},
  timeoutSeconds = QUICK_SECONDS,
): Script<Answer> => ({ name, body, answer, settings, timeoutSeconds })

/** A target of a command that differs from node to node. */
export interface NodeIdentity {
  instanceId: string
  name: string
  privateIp: string
}

const identities = (nodes: readonly NodeIdentity[]) =>
  nodes.map(({ instanceId, name, privateIp }) => `${instanceId} ${name} ${privateIp}`).join('\n')

/** A no-op that proves Run Command reaches the node. */
export const ready = () =>
  script('ready', readyBody, z.object({ arch: z.string(), os: z.string(), kernel: z.string() }))

/** Moves the time at which the machine stops itself. `expiresAt` is in milliseconds since the epoch. */
export const moveExpiry = (expiresAt: number) =>
  script(
    'move-expiry',
    moveExpiryBody,
    z.object({ moved: z.literal(true) }),
    { EXPIRES_AT: String(Math.ceil(expiresAt / 1000)) },
    30,
  )

/** Unpacks RKE2 of one exact version, fetching what boot has not staged yet. `artifactsUrl` is that version's own address. */
export const installRke2 = (options: { version: string; artifactsUrl: string }) =>
  script(
    'install-rke2',
    `${install}\n${installRke2Body}`,
    z.object({ version: z.string(), fresh: z.boolean() }),
    { RKE2_VERSION: options.version, ARTIFACTS_URL: options.artifactsUrl },
    900,
  )

const started = z.object({ started: z.boolean() })

/** Starts the server that begins the cluster. `config` is YAML without name, address and token. */
export const startFirstServer = (options: {
  node: NodeIdentity
  config: string
  tokenParameter: string
  ciliumManifest: string
}) =>
  script('start-first-server', `${CONFIGURED_START}\n${startFirstServerBody}`, started, {
    NODES: identities([options.node]),
    CONFIG: options.config,
    TOKEN_PARAMETER: options.tokenParameter,
    CILIUM_MANIFEST: options.ciliumManifest,
  })

/** Starts RKE2 again on members where it was stopped. */
export const startServer = () => script('start-server', startServerBody, started)

interface Join {
  nodes: readonly NodeIdentity[]
  config: string
  tokenParameter: string
  /** Private address of a server that is a member. */
  through: string
  caHash: string
}

const join = (unit: 'rke2-server' | 'rke2-agent', options: Join) =>
  script(unit === 'rke2-server' ? 'join-server' : 'join-agent', `${CONFIGURED_START}\n${joinBody}`, started, {
    UNIT: unit,
    NODES: identities(options.nodes),
    CONFIG: options.config,
    TOKEN_PARAMETER: options.tokenParameter,
    JOIN_ADDRESS: options.through,
    CA_HASH: options.caHash,
  })

export const joinServer = (options: Join) => join('rke2-server', options)
export const joinAgent = (options: Join) => join('rke2-agent', options)

const serverLook = z.object({
  name: z.string(),
  /** systemd's ActiveState word: active, activating, failed, inactive, unknown … */
  unit: z.string(),
  restarts: z.number(),
  etcd: z.boolean(),
  readyz: z.boolean(),
  voter: z.boolean(),
  /** etcd's data is on its disk, be it up or not. */
  data: z.boolean(),
  tail: z.string(),
  members: z.array(z.object({ id: z.string(), name: z.string(), address: z.string(), learner: z.boolean() })),
})
export type ServerLook = z.output<typeof serverLook>

/** Looks at a server until it is a living voter, for at most so long; 0 looks once. */
export const awaitServer = ({ withinSeconds }: { withinSeconds: number }) => ({
  ...script('await-server', awaitServerBody, serverLook, { WITHIN: String(withinSeconds) }),
  looks: withinSeconds === 0,
})

const agentLook = z.object({
  unit: z.string(),
  restarts: z.number(),
  /** A server has ever accepted this machine as the node of its name. */
  joined: z.boolean(),
  tail: z.string(),
})
export type AgentLook = z.output<typeof agentLook>

/** Looks at an agent until it is registered, for at most so long; 0 looks once. */
export const awaitAgent = ({ withinSeconds }: { withinSeconds: number }) => ({
  ...script('await-agent', awaitAgentBody, agentLook, { WITHIN: String(withinSeconds) }),
  looks: withinSeconds === 0,
})

/** SHA-256 of the cluster's CA, in hexadecimal. */
export const serverCaHash = () =>
  script('server-ca-hash', serverCaHashBody, z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }))

/** Sets `key=value` on nodes; runs on a server. `missing` tells why the API could not take it yet, empty when it is done. */
export const labelNodes = (options: { names: readonly string[]; label: string }) =>
  script('label-nodes', `${tryKubectl}\n${labelNodesBody}`, z.object({ missing: z.string() }), {
    NAMES: options.names.join(' '),
    LABEL: options.label,
  })

/**
 * Deletes Nodes whose machines are gone, for others of their names; runs on a server. `gone` are those that were there, `missing`
 * as of `labelNodes`.
 */
export const forgetNodes = (names: readonly string[]) =>
  script(
    'forget-nodes',
    `${tryKubectl}\n${forgetNodesBody}`,
    z.object({ missing: z.string(), gone: z.array(z.string()) }),
    { NAMES: names.join(' ') },
  )

/** Removes an etcd member without a machine; runs on a server. `memberId` is decimal, as etcd's gateway writes it. */
export const removeMember = (options: { memberId: string; address: string; nodeName: string }) =>
  script('remove-member', removeMemberBody, z.object({ by: z.enum(['node', 'etcd']) }), {
    MEMBER_ID: options.memberId,
    MEMBER_ADDRESS: options.address,
    NODE_NAME: options.nodeName,
  })

/** Puts the kubeconfig into Parameter Store; runs on a server. `endpoint` is https://NAME:6443. */
export const publishKubeconfig = (options: {
  endpoint: string
  parameter: string
  tags: Readonly<Record<string, string>>
}) =>
  script(
    'publish-kubeconfig',
    `${PARAMETER_STORE}${publishKubeconfigBody}`,
    z.object({ fresh: z.boolean() }),
    {
      ENDPOINT: options.endpoint,
      PARAMETER: options.parameter,
      TAGS: Object.entries(options.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n'),
    },
  )

/** Applies Cilium's HelmChartConfig to a live cluster; runs on the first server. */
export const ciliumConfig = (options: { manifest: string }) =>
  script('cilium-config', ciliumConfigBody, z.object({ changed: z.boolean() }), {
    CILIUM_MANIFEST: options.manifest,
  })

const ciliumLook = z.object({
  done: z.boolean(),
  /** Whether agents and operator are those of the values asked about. */
  applied: z.boolean(),
  desired: z.number(),
  updated: z.number(),
  available: z.number(),
  operators: z.number(),
  operatorsWanted: z.number(),
  tail: z.string(),
})

/** Looks at Cilium's rollout until it is complete on so many nodes, for at most so long; runs on a server. */
export const ciliumRollout = (options: { withinSeconds: number; nodeCount: number; valuesHash: string }) =>
  script('cilium-rollout', ciliumRolloutBody, ciliumLook, {
    WITHIN: String(options.withinSeconds),
    NODE_COUNT: String(options.nodeCount),
    VALUES_HASH: options.valuesHash,
  })

/** Logs and state for a person; the text comes back in the output of the outcome. */
export const nodeLogs = () => script('node-logs', nodeLogsBody, z.object({ collected: z.boolean() }))
