import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { packImage, readPart } from '../container-parts.ts'
import { type MachineRoom, machineSpec, openMachineRoom } from '../machine-room.ts'

const SERVER = '172.31.1.10'
export const BUSYBOX = 'registry.internal/busybox:1'

/** Genuine programs that a node runs, and those of the first one besides. */
const NODE = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc', 'kubelet'] as const
const CONTROL_PLANE = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

const tokens = `admin,admin,admin,"system:masters"
node-1,system:node:node-1,node-1,"system:nodes"
node-2,system:node:node-2,node-2,"system:nodes"
`
const kubeconfig = (token: string) => `apiVersion: v1
kind: Config
clusters: [{ name: it, cluster: { server: 'https://${SERVER}:6443', certificate-authority: /etc/kube/tls.crt } }]
users: [{ name: me, user: { token: ${token} } }]
contexts: [{ name: me, context: { cluster: it, user: me } }]
current-context: me
`
const TLS = '/etc/kube/tls'
const unit = (start: string) => `[Service]
ExecStart=${start}
KillMode=process
Delegate=yes
Restart=always
RestartSec=5s
`

const files: Record<string, string> = {
  '/etc/kube/tokens.csv': tokens,
  '/etc/kube/admin.yaml': kubeconfig('admin'),
  '/etc/kube/node-1.yaml': kubeconfig('node-1'),
  '/etc/kube/node-2.yaml': kubeconfig('node-2'),
  '/etc/kube/kubelet.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
authorization: { mode: AlwaysAllow }
evictionHard: { memory.available: 0% }
`,
  '/etc/containerd/config.toml': `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${BUSYBOX}"
  # This machine may lack CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
`,
  '/etc/systemd/system/etcd.service': unit('/usr/local/bin/etcd --data-dir /var/lib/etcd --unsafe-no-fsync'),
  '/etc/systemd/system/kube-apiserver.service': unit(
    `/usr/local/bin/kube-apiserver --etcd-servers http://127.0.0.1:2379 --tls-cert-file ${TLS}.crt --tls-private-key-file ${TLS}.key --service-account-key-file ${TLS}.crt --service-account-signing-key-file ${TLS}.key --service-account-issuer https://kubernetes.default.svc --token-auth-file /etc/kube/tokens.csv --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --service-cluster-ip-range 10.43.0.0/16 --allow-privileged=true --anonymous-auth=false --advertise-address ${SERVER} --cert-dir /tmp`,
  ),
  '/etc/systemd/system/kube-controller-manager.service': unit(
    `/usr/local/bin/kube-controller-manager --kubeconfig /etc/kube/admin.yaml --leader-elect=false --allocate-node-cidrs=true --cluster-cidr 10.42.0.0/16 --service-account-private-key-file ${TLS}.key --root-ca-file ${TLS}.crt`,
  ),
  '/etc/systemd/system/kube-scheduler.service': unit(
    '/usr/local/bin/kube-scheduler --kubeconfig /etc/kube/admin.yaml --leader-elect=false',
  ),
  // As RKE2 has it on agents: pods on the node's network reach the API at localhost:6443, wherever they are.
  '/etc/systemd/system/balancer.service': unit(
    `/opt/local-cloud/node -e 'require("net").createServer((near) => { const far = require("net").connect(6443, "${SERVER}"); near.pipe(far).pipe(near); for (const end of [near, far]) end.on("error", () => { near.destroy(); far.destroy() }) }).listen(6443, "127.0.0.1")'`,
  ),
  '/etc/systemd/system/containerd.service': unit('/usr/local/bin/containerd'),
}
for (const name of ['node-1', 'node-2'])
  files[`/etc/systemd/system/${name}.service`] = unit(
    `/usr/local/bin/kubelet --config /etc/kube/kubelet.yaml --kubeconfig /etc/kube/${name}.yaml --hostname-override ${name}`,
  )

/** Two machines with containerd, the kubelet and, on the first, the control plane: all of it genuine. */
export interface UpstreamCluster {
  machines: MachineRoom
  /** What a bash script prints in a machine. @throws Error with what it complained of. */
  on(node: 1 | 2, script: string): Promise<string>
  /** Runs a command each half second until it succeeds. @throws Error when it has not within `seconds`. */
  until(node: 1 | 2, command: string, seconds?: number): Promise<void>
  /** An object of the API, by its path. */
  get<Answer>(path: string): Promise<Answer>
  create(path: string, object: object): Promise<void>
  delete(path: string): Promise<void>
  /** Looks until the object matches, and shows the last one that did not. */
  eventually(path: string, match: object, seconds?: number): Promise<void>
  close(): Promise<void>
}

const API = 'https://127.0.0.1:6443'
const CALL = 'curl -sS --fail-with-body --cacert /etc/kube/tls.crt -H "Authorization: Bearer admin"'

/** @param archives served to machines at `/archives/NAME`, by name */
export async function startUpstreamCluster(archives: Record<string, string>): Promise<UpstreamCluster> {
  const tls = makeCertificate()
  const machines = await openMachineRoom(serve(archives, { ...files, ...tls }), { containers: true })
  const on = async (node: 1 | 2, script: string) => {
    const { code, stdout, stderr } = await machines.run(`i-${node}`, `set -eo pipefail\n${script}`)
    if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`)
    return stdout.trim()
  }
  const until = async (node: 1 | 2, command: string, seconds = 60) => {
    await on(node, `for i in $(seq ${seconds * 2}); do ${command} && exit 0; sleep 0.5; done; exit 1`)
  }
  const get = async <Answer>(path: string) => JSON.parse(await on(1, `${CALL} '${API}${path}'`)) as Answer
  const cluster: UpstreamCluster = {
    ...{ machines, on, until, get },
    async create(path, object) {
      const json = `-H 'content-type: application/json' --data-binary @-`
      await on(1, `${CALL} ${json} '${API}${path}' <<'OBJECT'\n${JSON.stringify(object)}\nOBJECT`)
    },
    async delete(path) {
      await on(1, `${CALL} -X DELETE '${API}${path}'`)
    },
    async eventually(path, match, seconds = 60) {
      const deadline = Date.now() + seconds * 1000
      for (;;) {
        const found = await get<object>(path)
        if (Date.now() > deadline || matches(found, match)) return expect(found).toMatchObject(match)
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    },
    close: () => machines.close(),
  }
  try {
    await startNodes(cluster)
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

const both = (work: (node: 1 | 2) => Promise<unknown>) => Promise.all([work(1), work(2)])

async function startNodes(cluster: UpstreamCluster): Promise<void> {
  const { machines, on, until } = cluster
  await both((node) => machines.call('create', machineSpec(node)))
  await machines.call('setFirewall', firewall({ tunnel: true }))
  await both((node) => layNode(cluster, node))
  await on(1, 'systemctl start etcd kube-apiserver')
  await until(1, `${CALL} ${API}/readyz >/dev/null 2>&1`)
  await on(1, 'systemctl start kube-controller-manager kube-scheduler')
  await on(2, 'systemctl start balancer')
  await both((node) => on(node, `systemctl start node-${node}`))
}

function matches(found: object, match: object): boolean {
  try {
    expect(found).toMatchObject(match)
    return true
  } catch {
    return false
  }
}

/** Everything between the two machines, or everything but the pods' network. */
export function firewall({ tunnel }: { tunnel: boolean }) {
  const ports: [string, [number, number]?][] = tunnel
    ? [['all']]
    : [['tcp'], ['icmp'], ['udp', [1, 8471]], ['udp', [8473, 65_535]]]
  return [SERVER, '172.31.2.10'].flatMap((to) =>
    ports.map(([protocol, range]) => ({
      to,
      from: '172.31.0.0/16',
      protocol,
      ...(range && { ports: range }),
    })),
  )
}

async function layNode({ on }: UpstreamCluster, node: 1 | 2): Promise<void> {
  const fetch = (path: string, file: string) =>
    `curl -sf http://169.254.169.251${path} --create-dirs -o ${file}`
  const programs = [...NODE, ...(node === 1 ? CONTROL_PLANE : [])]
  await on(
    node,
    [
      ...programs.map(
        (name) => `${fetch(`/${name}`, `/usr/local/bin/${name}`)}; chmod +x /usr/local/bin/${name}`,
      ),
      ...[...Object.keys(files), `${TLS}.crt`, `${TLS}.key`].map((path) => fetch(path, path)),
      'systemctl daemon-reload; systemctl start containerd',
      'until ctr version >/dev/null 2>&1; do sleep 0.1; done',
      `${fetch('/busybox.tar', '/root/busybox.tar')}; ctr -n k8s.io images import /root/busybox.tar >/dev/null`,
    ].join('\n'),
  )
}

const serve =
  (archives: Record<string, string>, texts: Record<string, string>): RequestListener =>
  (request, response) => {
    const path = request.url ?? ''
    const archive = archives[path.replace('/archives/', '')]
    const body =
      path === '/busybox.tar'
        ? packImage(BUSYBOX)
        : archive === undefined
          ? (readPart(path.slice(1)) ?? texts[path])
          : readFileSync(archive)
    response.writeHead(body === undefined ? 404 : 200).end(body)
  }

/** One key for the API server, its authority and the tokens of service accounts. */
function makeCertificate(): Record<string, string> {
  const work = mkdtempSync(join(tmpdir(), 'tls-'))
  const names = `subjectAltName=IP:127.0.0.1,IP:${SERVER},IP:10.43.0.1,DNS:localhost`
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'tls.key']
    const rest = ['-out', 'tls.crt', '-subj', '/CN=kube-apiserver', '-addext', names]
    execFileSync('openssl', ['req', '-x509', ...key, ...rest], { cwd: work, stdio: 'ignore' })
    const read = (name: string) => readFileSync(join(work, name), 'utf8')
    return { [`${TLS}.crt`]: read('tls.crt'), [`${TLS}.key`]: read('tls.key') }
  } finally {
    rmSync(work, { recursive: true })
  }
}
