import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensureEtcd } from '../../../src/local-cloud/tools/etcd.ts'
import { ensureKubernetesClients } from '../../../src/local-cloud/tools/kubernetes-clients.ts'

/** Users of the API, each with a client certificate: subject by name. */
const SUBJECTS = {
  server: '/CN=server',
  admin: '/O=system:masters/CN=system:admin',
  'node-n1': '/O=system:nodes/CN=system:node:n1',
  jane: '/O=people/CN=jane',
}
type User = keyof typeof SUBJECTS | 'stranger'

export interface Answer {
  code: number
  stdout: string
  stderr: string
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

function openssl(directory: string, ...args: string[]) {
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' })
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function makeAuthority(directory: string, name: string) {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
  openssl(directory, 'req', '-x509', ...NEW_KEY, ...files, '-days', '2', '-subj', `/CN=${name}`)
}

function makeCertificate(directory: string, authority: string, name: string, subject: string) {
  openssl(
    directory,
    'req',
    '-new',
    ...NEW_KEY,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    subject,
  )
  const signed = [
    '-CA',
    `${authority}.crt`,
    '-CAkey',
    `${authority}.key`,
    '-CAcreateserial',
    '-extfile',
    'san',
  ]
  openssl(directory, 'x509', '-req', '-in', `${name}.csr`, ...signed, '-days', '2', '-out', `${name}.crt`)
}

function makePki(directory: string) {
  writeFileSync(join(directory, 'san'), 'subjectAltName=IP:127.0.0.1')
  makeAuthority(directory, 'ca')
  makeAuthority(directory, 'other-ca')
  for (const [name, subject] of Object.entries(SUBJECTS)) makeCertificate(directory, 'ca', name, subject)
  makeCertificate(directory, 'other-ca', 'stranger', SUBJECTS.admin)
}

async function bundleEngine(directory: string) {
  const file = join(directory, 'engine.mjs')
  await build({
    stdin: {
      contents: `import { readFileSync } from 'node:fs'
        import { runEngine } from './src/local-cloud/rke2/engine/run-engine.ts'
        await runEngine(JSON.parse(readFileSync(process.argv[2], 'utf8')))`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  })
  return file
}

/** Engines over real etcd members, and the real kubectl to ask them. All on 127.0.0.1, all in one temporary directory. */
export async function startCluster({ members = 1, engines = 1 } = {}) {
  const { etcd } = ensureEtcd(() => undefined)
  const directory = mkdtempSync(join(tmpdir(), 'engine-test-'))
  makePki(directory)
  const program = await bundleEngine(directory)
  const running: ChildProcess[] = []
  const file = (name: string) => join(directory, name)
  const launch = (command: string, args: string[]) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    running.push(child)
    return child
  }

  const ports = await Promise.all(
    Array.from({ length: members }, async () => ({ client: await freePort(), peer: await freePort() })),
  )
  const initial = ports.map(({ peer }, index) => `e${index}=http://127.0.0.1:${peer}`).join(',')
  const startMember = (index: number) => {
    const { client = 0, peer = 0 } = ports[index] ?? {}
    const mine = { client: `https://127.0.0.1:${client}`, peer: `http://127.0.0.1:${peer}` }
    const tls = [
      '--cert-file',
      file('server.crt'),
      '--key-file',
      file('server.key'),
      '--trusted-ca-file',
      file('ca.crt'),
      '--client-cert-auth',
    ]
    const urls = [
      '--listen-client-urls',
      mine.client,
      '--advertise-client-urls',
      mine.client,
      '--listen-peer-urls',
      mine.peer,
    ]
    const group = ['--initial-advertise-peer-urls', mine.peer, '--initial-cluster', initial]
    return launch(etcd, [
      '--name',
      `e${index}`,
      '--data-dir',
      file(`e${index}`),
      '--logger',
      'zap',
      '--log-level',
      'fatal',
      ...urls,
      ...group,
      ...tls,
    ])
  }
  const etcds = ports.map((_, index) => startMember(index))

  const apiPorts = await Promise.all(Array.from({ length: engines }, freePort))
  const startEngine = (index: number) => {
    const pair = (name: string) => ({ cert: file(`${name}.crt`), key: file(`${name}.key`) })
    const config = {
      hostname: `n${index + 1}`,
      bindAddress: '127.0.0.1',
      port: apiPorts[index],
      tls: { ...pair('server'), clientCa: file('ca.crt') },
      kubeletClient: { ...pair('admin'), ca: file('ca.crt') },
      etcd: {
        ...pair('admin'),
        ca: file('ca.crt'),
        endpoint: `https://127.0.0.1:${ports[index % members]?.client}`,
      },
      clusterCidr: '10.42.0.0/16',
      version: 'v1.35.4+rke2r1',
      speed: 20,
    }
    writeFileSync(file(`engine${index}.json`), JSON.stringify(config))
    return launch(process.execPath, [program, file(`engine${index}.json`)])
  }
  const engineProcesses = apiPorts.map((_, index) => startEngine(index))

  const clientArgs = (user: User, engine: number) => [
    `--server=https://127.0.0.1:${apiPorts[engine]}`,
    `--certificate-authority=${file('ca.crt')}`,
    `--client-certificate=${file(`${user}.crt`)}`,
    `--client-key=${file(`${user}.key`)}`,
  ]
  mkdirSync(file('home'))
  const run = (args: readonly string[], input: string | undefined, user: User, engine: number) =>
    new Promise<Answer>((resolve) => {
      const env = { HOME: file('home'), PATH: process.env['PATH'] }
      const child = execFile(
        ensureKubernetesClients(() => {}).kubectl,
        [...clientArgs(user, engine), ...args],
        { env },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      )
      child.stdin?.end(input)
    })

  /** Runs kubectl; a failure rejects with what it said. */
  const kubectl = async (...args: string[]) => {
    const answer = await run(args, undefined, 'admin', 0)
    if (answer.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${answer.stderr}`)
    return answer.stdout
  }

  const cluster = {
    directory,
    file,
    etcds,
    startMember,
    engineProcesses,
    kubectl,
    port: (engine = 0) => apiPorts[engine] ?? 0,
    /** Runs kubectl as somebody, at one of the engines, with something on its standard input; failures are answers. */
    ask: (
      args: readonly string[],
      { as = 'admin' as User, at = 0, input = undefined as string | undefined } = {},
    ) => run(args, input, as, at),
    apply: async (object: unknown) => {
      const answer = await run(['apply', '-f', '-'], JSON.stringify(object), 'admin', 0)
      if (answer.code !== 0) throw new Error(answer.stderr)
    },
    async stop() {
      const ended = running.map((child) =>
        child.exitCode === null && child.signalCode === null
          ? new Promise((resolve) => child.once('exit', resolve))
          : undefined,
      )
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(ended)
      if (existsSync(directory)) rmSync(directory, { recursive: true })
    },
  }
  const isReady = async (at: number) => {
    const { stdout, stderr } = await cluster.ask(['get', '--raw', '/readyz'], { at })
    return stdout === 'ok' || stderr
  }
  try {
    for (const at of apiPorts.keys()) await eventually(() => isReady(at))
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return cluster
}

/** Asks until the answer is true. The last other answer is the failure's message. */
export async function eventually(probe: () => Promise<true | string>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await probe()
    if (seen === true) return
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${seen}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
