# shellcheck shell=bash
# Starts a writer on this server: through this server's own API it writes a ConfigMap over and over, and notes when each write
# was accepted. It stops by itself after LIMIT seconds. A writer that runs already is left alone.
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
: "${LIMIT:?}" "${CONFIG_MAP:?}" "${REQUEST_TIMEOUT:?}" "${PAUSE:?}"

dir=$OWN_DATA/drill
if [[ -s $dir/pid ]] && kill -0 "$(<"$dir/pid")" 2>/dev/null; then
  answer '{"state":"running","end":true}'
  exit 0
fi
rm -rf "$dir"
mkdir -p "$dir"

kubectl --request-timeout=10s -n kube-system create configmap "$CONFIG_MAP" --dry-run=client -o json |
  kubectl --request-timeout=10s apply -f -

# The admin's certificate, from the kubeconfig to files that only root reads: argv shows paths only.
python3 -IS - "$KUBECONFIG" "$dir" <<'PYTHON'
import base64, re, sys
with open(sys.argv[1]) as file:
    text = file.read()
for key in ('certificate-authority-data', 'client-certificate-data', 'client-key-data'):
    found = re.search(key + r': *"?([A-Za-z0-9+/=]+)', text)
    with open(sys.argv[2] + '/' + key, 'wb') as file:
        file.write(base64.b64decode(found.group(1)))
PYTHON

write() {
  curl -sf -o /dev/null -m "$REQUEST_TIMEOUT" -X PATCH -H 'Content-Type: application/merge-patch+json' \
    --cacert "$dir/certificate-authority-data" --cert "$dir/client-certificate-data" --key "$dir/client-key-data" \
    -d "{\"data\":{\"at\":\"$(date +%s%3N)\"}}" \
    "https://127.0.0.1:6443/api/v1/namespaces/kube-system/configmaps/$CONFIG_MAP"
}

write_on() {
  local end=$((SECONDS + LIMIT))
  while ((SECONDS < end)); do
    if write; then printf '%s ok\n' "$(date +%s%3N)"; else printf '%s no\n' "$(date +%s%3N)"; fi >>"$dir/writes"
    sleep "$PAUSE"
  done
}

# In a session of its own and without our descriptors, or Run Command would wait for its end.
export -f write write_on
export dir LIMIT CONFIG_MAP REQUEST_TIMEOUT PAUSE
# shellcheck disable=SC2016 # expanded by the inner bash
setsid bash -c 'exec 3>&-; echo $$ >"$dir/pid"; write_on' </dev/null >/dev/null 2>&1 &
answer '{"state":"started","end":true}'
