import { join } from 'node:path'
import type { CriticalConfig } from '../config/node-config.ts'
import { paths } from '../paths.ts'

/**
 * The flags that RKE2 gives its static pods (the pods of a genuine v1.35.0+rke2r1), but for those that need what a sandbox has not:
 * `egress-selector-config-file`, for API servers here reach kubelets directly, and `flex-volume-plugin-dir`.
 */
export type Flags = Readonly<Record<string, string>>

const tls = (name: string) => join(paths.tls, name)
const cred = (name: string) => join(paths.server, 'cred', name)
export const PSS_FILE = '/etc/rancher/rke2/rke2-pss.yaml'

// Those of RKE2 since v1.29; Go's defaults have weaker ones.
const CIPHERS = ['AES_256_GCM_SHA384', 'AES_128_GCM_SHA256', 'CHACHA20_POLY1305'].flatMap((cipher) =>
  ['ECDSA', 'RSA'].map((key) => `TLS_ECDHE_${key}_WITH_${cipher}`),
)

export function apiServerFlags({ clusterDomain, serviceCidr }: CriticalConfig): Flags {
  const issuer = `https://kubernetes.default.svc.${clusterDomain}`
  return {
    'admission-control-config-file': PSS_FILE,
    'allow-privileged': 'true',
    'anonymous-auth': 'false',
    'api-audiences': `${issuer},rke2`,
    'authorization-mode': 'Node,RBAC',
    'bind-address': '0.0.0.0',
    'cert-dir': tls('temporary-certs'),
    'client-ca-file': tls('client-ca.crt'),
    'enable-admission-plugins': 'NodeRestriction',
    'enable-aggregator-routing': 'true',
    'enable-bootstrap-token-auth': 'true',
    'encryption-provider-config': cred('encryption-config.json'),
    'encryption-provider-config-automatic-reload': 'true',
    'etcd-cafile': tls('etcd/server-ca.crt'),
    'etcd-certfile': tls('etcd/client.crt'),
    'etcd-keyfile': tls('etcd/client.key'),
    'etcd-servers': 'https://127.0.0.1:2379',
    'kubelet-certificate-authority': tls('server-ca.crt'),
    'kubelet-client-certificate': tls('client-kube-apiserver.crt'),
    'kubelet-client-key': tls('client-kube-apiserver.key'),
    'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
    profiling: 'false',
    'proxy-client-cert-file': tls('client-auth-proxy.crt'),
    'proxy-client-key-file': tls('client-auth-proxy.key'),
    'requestheader-allowed-names': 'system:auth-proxy',
    'requestheader-client-ca-file': tls('request-header-ca.crt'),
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'secure-port': '6443',
    'service-account-issuer': issuer,
    'service-account-key-file': tls('service.key'),
    'service-account-signing-key-file': tls('service.current.key'),
    'service-cluster-ip-range': serviceCidr,
    'service-node-port-range': '30000-32767',
    'storage-backend': 'etcd3',
    'tls-cert-file': tls('serving-kube-apiserver.crt'),
    'tls-cipher-suites': CIPHERS.join(','),
    'tls-private-key-file': tls('serving-kube-apiserver.key'),
  }
}

export function controllerManagerFlags(critical: CriticalConfig, speed: number): Flags {
  const signing = (kind: string, authority: string, certificate: string) => ({
    [`cluster-signing-${kind}-cert-file`]: tls(certificate),
    [`cluster-signing-${kind}-key-file`]: tls(`${authority}.key`),
  })
  return {
    'permit-port-sharing': 'true',
    'terminated-pod-gc-threshold': '1000',
    'allocate-node-cidrs': 'true',
    ...watched('controller', '10257', 'kube-controller-manager'),
    'cluster-cidr': critical.clusterCidr,
    ...signing('kube-apiserver-client', 'client-ca', 'client-ca.nochain.crt'),
    ...signing('kubelet-client', 'client-ca', 'client-ca.nochain.crt'),
    ...signing('kubelet-serving', 'server-ca', 'server-ca.nochain.crt'),
    ...signing('legacy-unknown', 'server-ca', 'server-ca.nochain.crt'),
    'configure-cloud-routes': 'false',
    controllers: '*,tokencleaner,-service,-route,-cloud-node-lifecycle',
    'root-ca-file': tls('server-ca.crt'),
    'service-account-private-key-file': tls('service.current.key'),
    'service-cluster-ip-range': critical.serviceCidr,
    'use-service-account-credentials': 'true',
    ...nodeMonitorFlags(speed),
    ...electionFlags(speed),
  }
}

export const schedulerFlags = (speed: number): Flags => ({
  'permit-port-sharing': 'true',
  ...watched('scheduler', '10259', 'kube-scheduler'),
  ...electionFlags(speed),
})

const watched = (kubeconfig: string, port: string, name: string): Flags => ({
  'authentication-kubeconfig': cred(`${kubeconfig}.kubeconfig`),
  'authorization-kubeconfig': cred(`${kubeconfig}.kubeconfig`),
  kubeconfig: cred(`${kubeconfig}.kubeconfig`),
  'bind-address': '127.0.0.1',
  profiling: 'false',
  'secure-port': port,
  'tls-cert-file': tls(`${name}/${name}.crt`),
  'tls-private-key-file': tls(`${name}/${name}.key`),
})

const seconds = (real: number, speed: number, floor: number) => `${Math.max(real / speed, floor)}s`

/** Kubernetes' 15 s, 10 s and 2 s. The floors are what three servers on two busy cores hold: who can't renew in time exits. */
const electionFlags = (speed: number): Flags =>
  speed === 1
    ? {}
    : {
        'leader-elect-lease-duration': seconds(15, speed, 6),
        'leader-elect-renew-deadline': seconds(10, speed, 4),
        'leader-elect-retry-period': seconds(2, speed, 0.5),
      }

/** Kubernetes' 50 s and 5 s; the floors fit a kubelet's heartbeat of 1 s. */
const nodeMonitorFlags = (speed: number): Flags =>
  speed === 1
    ? {}
    : {
        'node-monitor-grace-period': seconds(50, speed, 6),
        'node-monitor-period': seconds(5, speed, 1),
      }

/** As a command line. */
export const toArguments = (flags: Flags): string[] =>
  Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
