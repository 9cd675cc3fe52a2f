export type Authority = 'server-ca' | 'client-ca' | 'request-header-ca' | 'etcd/server-ca' | 'etcd/peer-ca'

/** Each authority's common name, before the `@<unix time>` of its birth, as in the certificates of a genuine server. */
export const authorities: Readonly<Record<Authority, string>> = {
  'server-ca': 'rke2-server-ca',
  'client-ca': 'rke2-client-ca',
  'request-header-ca': 'rke2-request-header-ca',
  'etcd/server-ca': 'etcd-server-ca',
  'etcd/peer-ca': 'etcd-peer-ca',
}

export interface Leaf {
  /** Path below the directory of certificates, without its ending. */
  path: string
  authority: Authority
  commonName: string
  organization?: string
  usages: readonly ('serverAuth' | 'clientAuth')[]
  /** `DNS:name` and `IP:address`. */
  sans?: readonly string[]
}

/** What a server signs for itself at its first start. `names`: node name and tls-san; `serviceIp`: the first of the service range. */
export function serverCertificates(node: {
  name: string
  ip: string
  tlsSans: readonly string[]
  serviceIp: string
  clusterDomain: string
}): Leaf[] {
  const client = (path: string, commonName: string, organization?: string): Leaf => ({
    path,
    authority: 'client-ca',
    commonName,
    ...(organization ? { organization } : {}),
    usages: ['clientAuth'],
  })
  const local = ['DNS:localhost', 'IP:127.0.0.1']
  const own = [...local, `IP:${node.ip}`, `DNS:${node.name}`]
  const api = [
    'DNS:kubernetes',
    'DNS:kubernetes.default',
    'DNS:kubernetes.default.svc',
    `DNS:kubernetes.default.svc.${node.clusterDomain}`,
    ...own,
    `IP:${node.serviceIp}`,
    ...node.tlsSans.map(subjectAltName),
  ]
  const both = ['serverAuth', 'clientAuth'] as const
  return [
    client('client-admin', 'system:admin', 'system:masters'),
    client('client-supervisor', 'system:rke2-supervisor', 'system:masters'),
    client('client-controller', 'system:kube-controller-manager'),
    client('client-scheduler', 'system:kube-scheduler'),
    client('client-kube-apiserver', 'system:apiserver', 'system:masters'),
    client('client-rke2-cloud-controller', 'rke2-cloud-controller-manager'),
    {
      path: 'client-auth-proxy',
      authority: 'request-header-ca',
      commonName: 'system:auth-proxy',
      usages: ['clientAuth'],
    },
    {
      path: 'serving-kube-apiserver',
      authority: 'server-ca',
      commonName: 'kube-apiserver',
      usages: ['serverAuth'],
      sans: api,
    },
    {
      path: 'dynamic-cert',
      authority: 'server-ca',
      commonName: 'rke2',
      organization: 'rke2',
      usages: ['serverAuth'],
      sans: api,
    },
    {
      path: 'kube-controller-manager/kube-controller-manager',
      authority: 'server-ca',
      commonName: 'kube-controller-manager',
      usages: ['serverAuth'],
      sans: local,
    },
    {
      path: 'kube-scheduler/kube-scheduler',
      authority: 'server-ca',
      commonName: 'kube-scheduler',
      usages: ['serverAuth'],
      sans: local,
    },
    { path: 'etcd/client', authority: 'etcd/server-ca', commonName: 'etcd-client', usages: ['clientAuth'] },
    {
      path: 'etcd/server-client',
      authority: 'etcd/server-ca',
      commonName: 'etcd-server',
      usages: both,
      sans: [...own, 'DNS:kine.sock'],
    },
    {
      path: 'etcd/peer-server-client',
      authority: 'etcd/peer-ca',
      commonName: 'etcd-peer',
      usages: both,
      sans: own,
    },
  ]
}

/** The kubelet's two certificates, signed by a server on a node's request. */
export function kubeletCertificates(nodeName: string, nodeIp: string): { serving: Leaf; client: Leaf } {
  return {
    serving: {
      path: 'serving-kubelet',
      authority: 'server-ca',
      commonName: nodeName,
      usages: ['serverAuth'],
      sans: [`DNS:${nodeName}`, 'DNS:localhost', 'IP:127.0.0.1', `IP:${nodeIp}`],
    },
    client: {
      path: 'client-kubelet',
      authority: 'client-ca',
      commonName: `system:node:${nodeName}`,
      organization: 'system:nodes',
      usages: ['clientAuth'],
    },
  }
}

/** Service accounts are not modelled: the pods that speak to the API get a certificate in their name, in the group of administrators. */
export const podCertificate = (serviceAccount: string): Leaf => ({
  path: `pod-${serviceAccount}`,
  authority: 'client-ca',
  commonName: `system:serviceaccount:kube-system:${serviceAccount}`,
  organization: 'system:masters',
  usages: ['clientAuth'],
})

const subjectAltName = (name: string) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`)
