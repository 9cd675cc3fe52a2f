# shellcheck shell=bash
# Looks whether Cilium is rolled out on NODE_COUNT nodes with the values of VALUES_HASH, for at most WITHIN seconds: as the DaemonSet
# and the operator's Deployment say it of their current generation. Until the helm job has run, some time after it got its values, both
# are complete with the values from before. When it is not, shows the end of that job's log: RKE2 retries a chart that fails a thousand
# times, so a wrong value never shows as a failure.
: "${WITHIN:?}" "${NODE_COUNT:?}" "${VALUES_HASH:?}"
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
tls=$RKE2_DATA/server/tls

workload() {
  curl -sf --max-time 4 --cacert "$tls/server-ca.crt" --cert "$tls/client-admin.crt" --key "$tls/client-admin.key" \
    "https://127.0.0.1:6443/apis/apps/v1/namespaces/kube-system/$1" || echo '{}'
}

look() {
  state=$(python3 -ISc '
import json, sys
daemons, operator = (json.loads(text or "{}") for text in sys.argv[1:3])
def number(thing, key): return thing.get("status", {}).get(key) or 0
def annotations(thing): return thing.get("spec", {}).get("template", {}).get("metadata", {}).get("annotations") or {}
def current(thing): return number(thing, "observedGeneration") >= thing.get("metadata", {}).get("generation", 0)
desired, wanted = number(daemons, "desiredNumberScheduled"), int(sys.argv[3])
updated, available = number(daemons, "updatedNumberScheduled"), number(daemons, "numberAvailable")
replicas = operator.get("spec", {}).get("replicas", 1)
operators = number(operator, "availableReplicas")
applied = all(annotations(thing).get("rke2-action/values") == sys.argv[4] for thing in (daemons, operator))
# Operators of before count as available until they are gone.
rolled = number(operator, "updatedReplicas") == number(operator, "replicas") == replicas
done = applied and current(daemons) and current(operator) and desired == wanted == updated == available and rolled and operators >= replicas
print(json.dumps({"done": done, "applied": applied, "desired": desired, "updated": updated, "available": available, "operators": operators, "operatorsWanted": replicas}))' \
    "$(workload daemonsets/cilium)" "$(workload deployments/cilium-operator)" "$NODE_COUNT" "$VALUES_HASH")
}

helm_log() { kubectl -n kube-system logs job/helm-install-rke2-cilium --tail=15 2>&1 | cut -c 1-250 | tail -c 1400 || true; }

while look; [[ $state != *'"done": true'* ]] && [ "$SECONDS" -lt "$WITHIN" ]; do sleep 0.5; done
STATE=$state TAIL=$([[ $state == *'"done": true'* ]] || helm_log) python3 -ISc '
import json, os
print(json.dumps({**json.loads(os.environ["STATE"]), "tail": os.environ["TAIL"]}, separators=(",", ":")))' >&3
