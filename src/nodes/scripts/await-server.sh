# shellcheck shell=bash
# Looks whether this server is a living member, for at most WITHIN seconds: its own API answers /readyz, its Node says
# EtcdIsVoter=True, and etcd on this node has a leader. EtcdIsVoter alone stays True on a dead server, and an open 9345
# proves nothing. Its unit must be active as well: etcd and the API outlive it. Ends early when it keeps crashing.
: "${WITHIN:?}"
tls=$RKE2_DATA/server/tls
node=$(sed -n 's/^node-name: *//p' "$CONFIG_FILE" 2>/dev/null || true)

# The client certificate of an administrator: anonymous requests get 401 from every server, dead or alive.
api() {
  curl -sf --max-time 4 --cacert "$tls/server-ca.crt" --cert "$tls/client-admin.crt" --key "$tls/client-admin.key" \
    "https://127.0.0.1:6443$1"
}

is_voter() {
  api "/api/v1/nodes/$node" | python3 -ISc '
import json, sys
conditions = json.load(sys.stdin)["status"].get("conditions", [])
sys.exit(not any(c["type"] == "EtcdIsVoter" and c["status"] == "True" for c in conditions))'
}

# RKE2 serves etcd’s JSON gateway on 2382; an etcd without that listener serves it on 2379.
members() {
  local port
  for port in 2382 2379; do
    curl -sf --max-time 4 --cacert "$tls/etcd/server-ca.crt" --cert "$tls/etcd/client.crt" --key "$tls/etcd/client.key" \
      -X POST -d '{}' "https://127.0.0.1:$port/v3/cluster/member/list" && return
  done
  echo '{}'
}

look() {
  etcd=false readyz=false voter=false
  if curl -sf --max-time 4 http://127.0.0.1:2381/health | grep -q '"health":"true"'; then etcd=true; fi
  if [ "$etcd" = true ] && [ "$(api /readyz)" = ok ]; then readyz=true; fi
  if [ "$readyz" = true ] && is_voter; then voter=true; fi
}

look_at_unit() {
  properties=$(systemctl show -p ActiveState -p NRestarts rke2-server || true)
  unit=$(sed -n 's/^ActiveState=//p' <<<"$properties")
  restarts=$(sed -n 's/^NRestarts=//p' <<<"$properties")
}

is_up() { [ "$voter" = true ] && [ "$unit" = active ]; }

report() {
  local data=false
  # It stays when etcd is down, and tells a server of a cluster from one that is empty.
  if [ -d "$RKE2_DATA/server/db/etcd/member" ]; then data=true; fi
  members | NODE=$node UNIT=$unit RESTARTS=${restarts:-0} DATA=$data ETCD=$etcd READYZ=$readyz VOTER=$voter \
    TAIL=$(is_up || journal_tail rke2-server) python3 -ISc '
import json, os, sys
from urllib.parse import urlsplit
def member(m):
    peer = (m.get("peerURLs") or [""])[0]
    return {"id": str(m["ID"]), "name": m.get("name", ""), "address": urlsplit(peer).hostname or "", "learner": m.get("isLearner", False)}
e = os.environ
print(json.dumps({
    "name": e["NODE"], "unit": e["UNIT"], "restarts": int(e["RESTARTS"] or 0), "etcd": e["ETCD"] == "true",
    "readyz": e["READYZ"] == "true", "voter": e["VOTER"] == "true", "data": e["DATA"] == "true", "tail": e["TAIL"],
    "members": [member(m) for m in json.load(sys.stdin).get("members", [])]}, separators=(",", ":"), ensure_ascii=False))' >&3
}

look_at_unit
first_restarts=${restarts:-0}
while look; ! is_up && [ "$SECONDS" -lt "$WITHIN" ]; do
  sleep 0.5
  look_at_unit
  if [ "$((${restarts:-0} - first_restarts))" -ge 2 ]; then break; fi
done
report
