# shellcheck shell=bash
# The load balancer as a node meets it: every address of its name, TLS verified with that name, and how many servers answer.
: "${BALANCER:?}" "${ADDRESSES?}" "${SERVERS:?}" "${CONNECTIONS:?}"

ca=$RKE2_DATA/agent/server-ca.crt
[[ -r $ca ]] || ca=$RKE2_DATA/server/tls/server-ca.crt
dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT

# Each address is asked by itself: one good answer through the name would hide a dead zone.
if [[ $ADDRESSES ]]; then
  read -ra addresses <<<"$ADDRESSES"
else
  mapfile -t addresses < <(getent ahostsv4 "$BALANCER" | awk '{print $1}' | sort -u)
fi

# status IP PORT PATH [CURL-ARGUMENT…]: the HTTP status over verified TLS, 000 when there was none
status() {
  curl -sS -m 5 -o /dev/null -w '%{http_code}' --cacert "$ca" "${@:4}" --resolve "$BALANCER:$2:$1" \
    "https://$BALANCER:$2$3" >"$dir/$1.$2" 2>>"$dir/$1.error" || true
}
# Without a certificate the API server says 401, whether it has a quorum or not. Every node has its kubelet's.
own=(--cert "$RKE2_DATA/agent/client-kubelet.crt" --key "$RKE2_DATA/agent/client-kubelet.key")
for ip in "${addresses[@]}"; do
  status "$ip" 6443 /readyz "${own[@]}" &
  status "$ip" 9345 /ping &
done
wait

told=()
for ip in "${addresses[@]}"; do
  error=$(tr -d '[:cntrl:]\042\134' <"$dir/$ip.error" | tail -c 200)
  told+=("{\"ip\":\"$ip\",\"api\":$((10#$(<"$dir/$ip.6443"))),\"supervisor\":$((10#$(<"$dir/$ip.9345"))),\"error\":\"$error\"}")
done

# Who answers is told by the certificate: each server has its own.
declare -A certificates=()
connections=0 refused=0
while ((${#addresses[@]} && connections < CONNECTIONS && ${#certificates[@]} < SERVERS)); do
  ip=${addresses[connections % ${#addresses[@]}]}
  connections=$((connections + 1))
  shown=$(timeout 5 openssl s_client -connect "$ip:6443" -servername "$BALANCER" </dev/null 2>/dev/null) || true
  certificate=${shown#*-----BEGIN CERTIFICATE-----}
  if [[ $certificate != "$shown" ]]; then certificates[${certificate%%-----END*}]=1; else refused=$((refused + 1)); fi
done

IFS=,
printf '{"from":"%s","addresses":[%s],"connections":%d,"refused":%d,"certificates":%d,"end":true}\n' \
  "$(hostname)" "${told[*]}" "$connections" "$refused" "${#certificates[@]}" >&3
