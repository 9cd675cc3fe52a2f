# shellcheck shell=bash
# The load balancer as a node meets it: every address of its name, TLS verified with that name, and how many servers answer.
: "${BALANCER:?}" "${SERVERS:?}" "${CONNECTIONS:?}"

ca=$RKE2_DATA/agent/server-ca.crt
[[ -r $ca ]] || ca=$RKE2_DATA/server/tls/server-ca.crt
dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT

# Each address is asked by itself: one good answer through the name would hide a dead zone.
mapfile -t addresses < <(getent ahostsv4 "$BALANCER" | awk '{print $1}' | sort -u)

# status IP PORT PATH: the HTTP status over verified TLS, 000 when there was none
status() {
  curl -sS -m 5 -o /dev/null -w '%{http_code}' --cacert "$ca" --resolve "$BALANCER:$2:$1" \
    "https://$BALANCER:$2$3" 2>>"$dir/$1.error" || true
}
json() { python3 -c 'import json, sys; print(json.dumps(sys.stdin.read()[-200:].strip()), end="")'; }

told=()
for ip in "${addresses[@]}"; do
  : >"$dir/$ip.error"
  api=$(status "$ip" 6443 /readyz)
  supervisor=$(status "$ip" 9345 /ping)
  told+=("{\"ip\":\"$ip\",\"api\":$((10#$api)),\"supervisor\":$((10#$supervisor)),\"error\":$(json <"$dir/$ip.error")}")
done

declare -A certificates=()
connections=0 refused=0
while ((${#addresses[@]} && connections < CONNECTIONS && ${#certificates[@]} < SERVERS)); do
  ip=${addresses[connections % ${#addresses[@]}]}
  connections=$((connections + 1))
  print=$(timeout 5 openssl s_client -connect "$ip:6443" -servername "$BALANCER" </dev/null 2>/dev/null |
    openssl x509 -noout -fingerprint -sha256 2>/dev/null) || true
  if [[ $print ]]; then certificates[$print]=1; else refused=$((refused + 1)); fi
done

IFS=,
printf '{"from":"%s","addresses":[%s],"connections":%d,"refused":%d,"certificates":%d,"end":true}\n' \
  "$(hostname)" "${told[*]}" "$connections" "$refused" "${#certificates[@]}" >&3
