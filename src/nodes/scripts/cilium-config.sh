# shellcheck shell=bash
# Makes a live cluster's Cilium values what the user asks for now. RKE2 watches this directory; the file lies on the first
# server only, because each server would apply its own copy over the others'.
: "${CILIUM_MANIFEST:?}"
file=$RKE2_DATA/server/manifests/rke2-cilium-config.yaml
changed=false
if ! printf '%s' "$CILIUM_MANIFEST" | cmp -s - "$file"; then
  printf '%s' "$CILIUM_MANIFEST" >"$file"
  kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml apply -f "$file"
  changed=true
fi
answer "{\"changed\":$changed}"
