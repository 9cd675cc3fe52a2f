const words = (text: string): string[] => text.trim().split(/\s+/)

/** Keys that agents know (https://docs.rke2.io/reference/linux_agent_config). Servers know these as well. */
const agentFlags = words(`
  token token-file server data-dir node-name with-node-id node-label node-taint node-ip node-external-ip
  node-internal-dns node-external-dns resolv-conf kubelet-arg kube-proxy-arg profile protect-kernel-defaults selinux
  snapshotter private-registry default-runtime disable-default-registry-endpoint lb-server-port bind-address
  container-runtime-endpoint cloud-provider-name cloud-provider-config image-credential-provider-bin-dir
  image-credential-provider-config nonroot-devices system-default-registry airgap-extra-registry pause-image
  runtime-image kubelet-path audit-policy-file pod-security-admission-config-file enable-pprof debug
  node-name-from-cloud-provider-metadata control-plane-resource-requests control-plane-resource-limits
  control-plane-probe-configuration kube-apiserver-image kube-controller-manager-image kube-scheduler-image
  cloud-controller-manager-image kube-proxy-image etcd-image`)

/** Keys that only servers know (rancher/rke2 and its documentation). */
const serverOnlyFlags = words(`
  agent-token agent-token-file tls-san tls-san-security advertise-address cni disable-kube-proxy cluster-cidr service-cidr
  cluster-dns cluster-domain service-node-port-range etcd-snapshot-schedule-cron etcd-snapshot-retention etcd-snapshot-dir
  etcd-snapshot-name etcd-snapshot-compress etcd-snapshot-reconcile-interval etcd-disable-snapshots etcd-s3 etcd-s3-bucket
  etcd-s3-region etcd-s3-endpoint etcd-s3-folder etcd-s3-access-key etcd-s3-secret-key etcd-s3-session-token
  etcd-s3-config-secret etcd-s3-retention etcd-s3-timeout etcd-s3-proxy etcd-s3-insecure etcd-s3-skip-ssl-verify
  etcd-s3-endpoint-ca etcd-s3-bucket-lookup-type etcd-arg etcd-expose-metrics kube-apiserver-arg
  kube-controller-manager-arg kube-scheduler-arg kube-cloud-controller-manager-arg write-kubeconfig write-kubeconfig-mode
  write-kubeconfig-group embedded-registry disable ingress-controller enable-servicelb servicelb-namespace
  disable-cloud-controller disable-scheduler disable-apiserver disable-controller-manager disable-etcd
  secrets-encryption secrets-encryption-provider egress-selector-mode supervisor-metrics helm-job-image
  helm-controller-arg kine-tls datastore-endpoint datastore-cafile datastore-certfile datastore-keyfile
  kube-apiserver-extra-mount kube-apiserver-extra-env etcd-extra-mount etcd-extra-env cluster-reset
  cluster-reset-restore-path embedded-registry-insecure`)

const all = [...agentFlags, ...serverOnlyFlags]

/** Keys that `rke2 etcd-snapshot` knows: what it doesn't need it warns of, the token too (as observed on v1.35.0+rke2r1). */
const snapshotFlags = [
  'debug',
  'data-dir',
  'node-name',
  ...all.filter((flag) => /^etcd-(s3|snapshot)/.test(flag)),
]

const known = {
  agent: new Set(agentFlags),
  server: new Set(all),
  'etcd-snapshot': new Set(snapshotFlags),
}

export type Role = 'server' | 'agent'
/** Whoever reads config.yaml. */
export type ConfigReader = keyof typeof known

export const isKnownFlag = (reader: ConfigReader, flag: string): boolean => known[reader].has(flag)

/** The warning of a key nobody knows, its stray newline included. */
export const unknownFlag = (flag: string): string => `Unknown flag --${flag} found in config.yaml, skipping\n`
