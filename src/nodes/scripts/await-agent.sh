# shellcheck shell=bash
# Looks whether this agent is registered, for at most WITHIN seconds. systemd calls its unit active exactly when the API
# is reached and the agent's own Node object exists. `joined`: a server has ever accepted this machine. The password in
# /etc/rancher/node doesn't tell, as one that was refused has it too.
: "${WITHIN:?}"

look_at_unit() {
  properties=$(systemctl show -p ActiveState -p NRestarts rke2-agent || true)
  unit=$(sed -n 's/^ActiveState=//p' <<<"$properties")
  restarts=$(sed -n 's/^NRestarts=//p' <<<"$properties")
}

# The reason of a refused label or kubelet argument stands only in the kubelet's own log.
tail_of_logs() {
  journal_tail rke2-agent
  tail -n 3 "$RKE2_DATA/agent/logs/kubelet.log" 2>/dev/null | cut -c 1-200 || true
}

look_at_unit
first_restarts=${restarts:-0}
while [ "$unit" != active ] && [ "$SECONDS" -lt "$WITHIN" ] && [ "$((${restarts:-0} - first_restarts))" -lt 2 ]; do
  sleep 0.5
  look_at_unit
done
joined=false
if [ -e "$RKE2_DATA/agent/serving-kubelet.crt" ]; then joined=true; fi
UNIT=$unit RESTARTS=${restarts:-0} JOINED=$joined TAIL=$([ "$unit" = active ] || tail_of_logs) python3 -ISc '
import json, os
e = os.environ
print(json.dumps({
    "unit": e["UNIT"], "restarts": int(e["RESTARTS"] or 0), "joined": e["JOINED"] == "true",
    "tail": e["TAIL"]}, separators=(",", ":"), ensure_ascii=False))' >&3
