import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { paths } from '../paths.ts'
import { cloudController } from './cloud-controller.ts'
import type { ControlPlane, ControlPlaneContext, ServerApi } from './control-plane.ts'
import { rke2Kinds, rke2Objects } from './rke2-objects.ts'
import {
  apiServerFlags,
  controllerManagerFlags,
  PSS_FILE,
  schedulerFlags,
  toArguments,
} from './upstream-flags.ts'

/** Upstream's own kube-apiserver, kube-controller-manager and kube-scheduler, unmodified, over this server's etcd member. */
export function upstreamControlPlane(
  programs: string,
  { config, speed, scale }: ControlPlaneContext,
  api: ServerApi,
): ControlPlane {
  const { critical } = config
  const program = (name: string) => join(programs, name)
  return {
    kind: 'upstream',
    commands: {
      'kube-apiserver': [
        program('kube-apiserver'),
        ...toArguments({ ...apiServerFlags(critical), 'advertise-address': config.nodeIp }),
      ],
      'kube-controller-manager': [
        program('kube-controller-manager'),
        ...toArguments(controllerManagerFlags(critical, speed)),
      ],
      'kube-scheduler': [program('kube-scheduler'), ...toArguments(schedulerFlags(speed))],
      'cloud-controller-manager': [],
    },
    prepare,
    prerequisites: rke2Objects,
    kinds: rke2Kinds,
    accompany: (signal) => cloudController(api('client-rke2-cloud-controller'), scale, signal),
  }
}

async function prepare(): Promise<void> {
  await writeKubeconfig('controller', 'client-controller')
  await writeKubeconfig('scheduler', 'client-scheduler')
  await writeKubeconfig('cloud-controller', 'client-rke2-cloud-controller')
  await mkdir(dirname(PSS_FILE), { recursive: true })
  await writeFile(PSS_FILE, stringify(podSecurity), { mode: 0o600 })
}

async function writeKubeconfig(name: string, certificate: string): Promise<void> {
  const tls = (file: string) => join(paths.tls, file)
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority': tls('server-ca.crt') },
      },
    ],
    contexts: [{ name: 'Default', context: { cluster: 'local', namespace: 'default', user: 'user' } }],
    'current-context': 'Default',
    users: [
      {
        name: 'user',
        user: {
          'client-certificate': tls(`${certificate}.crt`),
          'client-key': tls(`${certificate}.key`),
        },
      },
    ],
  })
  await writeFile(join(paths.server, 'cred', `${name}.kubeconfig`), text, { mode: 0o600 })
}

/** Without `profile: cis` RKE2 refuses no pod. */
const podSecurity = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [
    {
      name: 'PodSecurity',
      configuration: {
        apiVersion: 'pod-security.admission.config.k8s.io/v1',
        kind: 'PodSecurityConfiguration',
        defaults: { enforce: 'privileged', 'enforce-version': 'latest' },
        exemptions: { usernames: [], runtimeClasses: [], namespaces: [] },
      },
    },
  ],
}
