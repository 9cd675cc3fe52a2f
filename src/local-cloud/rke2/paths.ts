/** Where RKE2 keeps what it has on a node (facts: a listing of a genuine server). */
export const paths = {
  config: '/etc/rancher/rke2/config.yaml',
  kubeconfig: '/etc/rancher/rke2/rke2.yaml',
  nodePassword: '/etc/rancher/node/password',
  data: '/var/lib/rancher/rke2',
  bin: '/var/lib/rancher/rke2/bin',
  agent: '/var/lib/rancher/rke2/agent',
  images: '/var/lib/rancher/rke2/agent/images',
  podManifests: '/var/lib/rancher/rke2/agent/pod-manifests',
  kubeletLog: '/var/lib/rancher/rke2/agent/logs/kubelet.log',
  server: '/var/lib/rancher/rke2/server',
  manifests: '/var/lib/rancher/rke2/server/manifests',
  token: '/var/lib/rancher/rke2/server/token',
  tls: '/var/lib/rancher/rke2/server/tls',
  etcdTls: '/var/lib/rancher/rke2/server/tls/etcd',
  etcd: '/var/lib/rancher/rke2/server/db/etcd',
  containerd: '/run/k3s/containerd',
  podLogs: '/var/log/pods',
  cniConfig: '/etc/cni/net.d/05-cilium.conflist',
  /** What the machine of the local cloud gives its guests. */
  localCloud: '/opt/local-cloud',
} as const
