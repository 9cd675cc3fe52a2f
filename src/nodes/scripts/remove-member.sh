# shellcheck shell=bash
# Removes an etcd member whose machine is gone. Deleting its Node makes RKE2 remove the member; a joiner that died as a
# learner has no annotations yet, so RKE2 would leave it, and etcd is asked itself.
: "${MEMBER_ID:?}" "${MEMBER_ADDRESS:?}" "${NODE_NAME:?}"
tls=$RKE2_DATA/server/tls/etcd

etcd_call() {
  local port
  for port in 2382 2379; do
    curl -sf --max-time 10 --cacert "$tls/server-ca.crt" --cert "$tls/client.crt" --key "$tls/client.key" \
      -X POST -d "$2" "https://127.0.0.1:$port/v3/cluster/member/$1" && return
  done
  return 1
}

# EC2 may show a machine late, and a living member must not go: whatever answers there, with an error too, is one.
answers() {
  local code=0
  curl -s -o /dev/null --connect-timeout 3 --max-time 6 --cacert "$tls/server-ca.crt" --cert "$tls/client.crt" \
    --key "$tls/client.key" "https://$MEMBER_ADDRESS:2379/health" || code=$?
  # 7: refused, or no way there; 28: no answer
  ((code != 7 && code != 28))
}
if answers; then
  fail "etcd member $NODE_NAME answers at $MEMBER_ADDRESS, though EC2 shows no machine of this cluster there: it is not removed"
fi

is_member() { etcd_call list '{}' | grep -q "\"$MEMBER_ID\""; }

kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml delete node "$NODE_NAME" --ignore-not-found --timeout=10s || true
while is_member && [ "$SECONDS" -lt 8 ]; do sleep 0.5; done
by=node
if is_member; then
  etcd_call remove "{\"ID\":\"$MEMBER_ID\"}" || fail "etcd did not remove member $MEMBER_ID"
  by=etcd
fi
answer "{\"by\":\"$by\"}"
