# shellcheck shell=bash
# Starts the conformance run, or deletes what an earlier one left and says so.
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
: "${NAMESPACE:?}" "${MANIFEST:?}"

found=$(kubectl --request-timeout=10s get namespace "$NAMESPACE" --ignore-not-found -o name)
if [[ $found ]]; then
  kubectl --request-timeout=20s delete namespace "$NAMESPACE" --ignore-not-found --wait=false
  answer '{"state":"leftover","end":true}'
else
  kubectl --request-timeout=20s apply -f - <<<"$MANIFEST"
  answer '{"state":"started","end":true}'
fi
