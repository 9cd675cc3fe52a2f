# shellcheck shell=bash
# Starts the server that begins the cluster. Cilium's values lie in place before the first start, so that the chart is
# installed right the first time.
: "${CILIUM_MANIFEST:?}"
started=false
if ! is_up rke2-server; then
  mkdir -p "$RKE2_DATA/server/manifests"
  printf '%s' "$CILIUM_MANIFEST" >"$RKE2_DATA/server/manifests/rke2-cilium-config.yaml"
  start_configured rke2-server
fi
answer "{\"started\":$started}"
