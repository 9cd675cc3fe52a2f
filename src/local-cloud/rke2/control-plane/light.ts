import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { paths } from '../paths.ts'
import { programFile } from '../program.ts'
import type { ControlPlane, ControlPlaneContext } from './control-plane.ts'

const tls = (name: string) => join(paths.tls, name)

/** Our own engine: one process is API server, controllers, scheduler and cloud controller. */
export function lightControlPlane(context: ControlPlaneContext): ControlPlane {
  const file = join(paths.server, 'etc/engine.json')
  return {
    kind: 'light',
    commands: {
      'kube-apiserver': [process.execPath, programFile(), 'engine', '--config', file],
      // Each has a pod of its own to be seen by, as on a genuine server.
      'kube-controller-manager': [],
      'kube-scheduler': [],
      'cloud-controller-manager': [],
    },
    prepare: () => writeFile(file, JSON.stringify(engineConfig(context), null, 2), { mode: 0o600 }),
    prerequisites: [],
    kinds: [],
    accompany: () => undefined,
  }
}

function engineConfig({ config, version, speed }: ControlPlaneContext): Record<string, unknown> {
  return {
    hostname: hostname(),
    bindAddress: '0.0.0.0',
    port: 6443,
    tls: {
      cert: tls('serving-kube-apiserver.crt'),
      key: tls('serving-kube-apiserver.key'),
      clientCa: tls('client-ca.crt'),
    },
    kubeletClient: {
      cert: tls('client-kube-apiserver.crt'),
      key: tls('client-kube-apiserver.key'),
      ca: tls('server-ca.crt'),
    },
    etcd: {
      endpoint: 'https://127.0.0.1:2379',
      ca: tls('etcd/server-ca.crt'),
      cert: tls('etcd/client.crt'),
      key: tls('etcd/client.key'),
    },
    clusterCidr: config.critical.clusterCidr,
    version,
    speed,
  }
}
