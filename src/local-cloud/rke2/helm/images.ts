/** What the charts beside this file run. */
const CILIUM = 'v1.19.6'
export const ciliumImages = [
  'cilium',
  'operator-generic',
  'hubble-relay',
  'hubble-ui',
  'hubble-ui-backend',
].map((name) => `rancher/mirrored-cilium-${name}:${CILIUM}`)

export const coreImages = {
  coredns: 'rancher/hardened-coredns:v1.12.4-build20251015',
  metricsServer: 'rancher/hardened-k8s-metrics-server:v0.8.0-build20251015',
  klipperHelm: 'rancher/klipper-helm:v0.9.10-build20251111',
} as const
