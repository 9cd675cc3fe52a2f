# shellcheck shell=bash
# Sets a label on nodes from a server, because a kubelet may not give itself a role.
: "${NAMES:?}" "${LABEL:?}"
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
read -ra names <<<"$NAMES"
kubectl label node --overwrite "${names[@]}" "$LABEL"
answer "{\"labelled\":${#names[@]}}"
