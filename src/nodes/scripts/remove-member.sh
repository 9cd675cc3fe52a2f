# shellcheck shell=bash
# Removes an etcd member whose machine is gone. Deleting its Node makes RKE2 remove the member; a joiner that died as a
# learner has no annotations yet, so RKE2 would leave it, and etcd is asked itself.
: "${MEMBER_ID:?}" "${NODE_NAME:?}"
tls=$RKE2_DATA/server/tls/etcd

etcd_call() {
  local port
  for port in 2382 2379; do
    curl -sf --max-time 10 --cacert "$tls/server-ca.crt" --cert "$tls/client.crt" --key "$tls/client.key" \
      -X POST -d "$2" "https://127.0.0.1:$port/v3/cluster/member/$1" && return
  done
  return 1
}

is_member() { etcd_call list '{}' | grep -q "\"$MEMBER_ID\""; }

kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml delete node "$NODE_NAME" --ignore-not-found --timeout=10s || true
while is_member && [ "$SECONDS" -lt 8 ]; do sleep 0.5; done
by=node
if is_member; then
  etcd_call remove "{\"ID\":\"$MEMBER_ID\"}" || fail "etcd did not remove member $MEMBER_ID"
  by=etcd
fi
answer "{\"by\":\"$by\"}"
