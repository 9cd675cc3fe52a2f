import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { missingParts, packImage, readPart } from './container-parts.ts'
import { type MachineRoom, machineSpec, openMachineRoom } from './machine-room.ts'

const IMAGE = 'registry.internal/busybox:1'

const units: Record<string, string> = {
  // As Debian and RKE2 write theirs: a notifying service that leaves its containers alone when it stops.
  containerd: `[Unit]
Description=containerd
[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/containerd --log-level \${LEVEL}
Environment=LEVEL=info
KillMode=process
Delegate=yes
Restart=always
RestartSec=5s
`,
  kubelet: `[Unit]
Description=kubelet
[Service]
Type=notify
ExecStart=/usr/local/bin/kubelet --config /etc/kubelet.yaml --hostname-override node-1
KillMode=process
Delegate=yes
Restart=always
RestartSec=5s
`,
}
const files: Record<string, string> = {
  '/etc/containerd/config.toml': `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  # This container may lack CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
`,
  '/etc/kubelet.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
staticPodPath: /etc/kubernetes/manifests
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
readOnlyPort: 10255
authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
authorization: { mode: AlwaysAllow }
`,
  '/etc/kubernetes/manifests/web.yaml': `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: default }
spec:
  hostNetwork: true
  containers:
    - name: web
      image: ${IMAGE}
      imagePullPolicy: Never
      args: [httpd, -f, -p, '8080', -h, /srv]
      resources: { limits: { memory: 32Mi, cpu: 100m } }
      volumeMounts: [{ name: srv, mountPath: /srv }]
  volumes: [{ name: srv, hostPath: { path: /srv } }]
`,
}
for (const [name, text] of Object.entries(units)) files[`/etc/systemd/system/${name}.service`] = text

/** The machine fetches programs, files and the image from the address of AWS's APIs. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? ''
  const body = path === '/image' ? packImage(IMAGE) : (readPart(path.slice(1)) ?? files[path])
  response.writeHead(body === undefined ? 404 : 200).end(body)
}

const missing = missingParts()
const room = missing.length ? describe.skip : describe
const why = missing.length ? ` NOT RUN: no ${missing.join(', ')} (node bin/genuine-parts.mjs)` : ''

room(`genuine containerd, runc and kubelet in a machine${why}`, () => {
  let machines: MachineRoom
  const say = async (script: string) => (await machines.run('i-1', script)).stdout.trim()
  const until = (command: string, seconds: number) =>
    say(`for i in $(seq ${seconds * 2}); do ${command} && exit 0; sleep 0.5; done; exit 1`)
  const fetch = (path: string, file: string) => `curl -sf http://169.254.169.251${path} -o ${file}`

  beforeAll(async () => {
    machines = await openMachineRoom(serve, { containers: true })
    await machines.call('create', machineSpec(1))
    const programs = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc', 'kubelet']
    const { code } = await machines.run(
      'i-1',
      `set -e
${programs.map((name) => `${fetch(`/${name}`, `/usr/local/bin/${name}`)}; chmod +x /usr/local/bin/${name}`).join('\n')}
mkdir -p /etc/containerd /etc/kubernetes/manifests
${Object.keys(files)
  .filter((path) => !path.includes('manifests'))
  .map((path) => fetch(path, path))
  .join('\n')}
echo 'from the machine' >/srv/index.html
systemctl daemon-reload`,
    )
    expect(code).toBe(0)
  }, 120_000)
  afterAll(() => machines?.close())

  test('containerd says by itself that it is ready, and runs a container from an image archive', async () => {
    await say('systemctl start containerd')
    expect(await say('systemctl is-active containerd')).toBe('active')
    expect(
      await say(
        `${fetch('/image', '/root/image.tar')} && ctr -n k8s.io images import /root/image.tar >/dev/null && ctr -n k8s.io images list -q | grep -v ^sha256`,
      ),
    ).toBe(IMAGE)
    expect(await say(`ctr -n k8s.io run --rm ${IMAGE} try /bin/busybox echo from a container`)).toBe(
      'from a container',
    )
  }, 60_000)

  test('the kubelet runs a static pod with limits in the machine’s own control groups', async () => {
    const manifest = '/etc/kubernetes/manifests/web.yaml'
    await say(fetch(manifest, manifest))
    expect(await say('systemctl start kubelet; systemctl is-active kubelet')).toBe('active')
    await until('curl -sf http://127.0.0.1:8080/', 60)
    expect(await say('curl -s http://127.0.0.1:8080/')).toBe('from the machine')
    const limit =
      'cd /sys/fs/cgroup; for g in memory/kubepods kubepods; do find $g -name memory.limit_in_bytes -o -name memory.max; done 2>/dev/null | xargs cat | grep -cx 33554432'
    expect(Number(await say(limit))).toBeGreaterThan(0)
    await until(`curl -s http://127.0.0.1:10255/pods | grep -q '"phase":"Running"'`, 60)
    expect(await say('curl -s http://127.0.0.1:10255/pods')).toContain('"phase":"Running"')
  }, 120_000)

  test('KillMode=process: a containerd that is stopped or killed leaves the pod running', async () => {
    await say('systemctl stop containerd')
    expect(await say('curl -s http://127.0.0.1:8080/')).toBe('from the machine')
    await say('systemctl start containerd; kill -9 $(systemctl show -p MainPID --value containerd)')
    await until('[ $(systemctl show -p NRestarts --value containerd) = 1 ]', 20)
    expect(await say('systemctl show -p NRestarts --value containerd')).toBe('1')
    expect(await say('curl -s http://127.0.0.1:8080/')).toBe('from the machine')
  }, 60_000)

  test('a power loss takes the pod and every control group with it; the next boot has a pod again', async () => {
    await machines.call('stop', 'i-1', { force: true })
    await machines.call('start', 'i-1')
    await say('systemctl start containerd kubelet')
    await until('curl -sf http://127.0.0.1:8080/', 60)
    expect(await say('curl -s http://127.0.0.1:8080/')).toBe('from the machine')
  }, 120_000)
})
