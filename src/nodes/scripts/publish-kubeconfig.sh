# shellcheck shell=bash
# Puts the administrator's kubeconfig, with the load balancer's name in it, into Parameter Store.
: "${ENDPOINT:?}" "${PARAMETER:?}" "${TAGS:?}"
readarray -t tags <<<"$TAGS"
published=$OWN_DATA/kubeconfig.sha256
sum=$(sed "s#https://127.0.0.1:6443#$ENDPOINT#" /etc/rancher/rke2/rke2.yaml | sha256sum)
fresh=false
if [ "$(cat "$published" 2>/dev/null)" != "$sum $PARAMETER" ]; then
  sed "s#https://127.0.0.1:6443#$ENDPOINT#" /etc/rancher/rke2/rke2.yaml | parameter_store put "$PARAMETER" "${tags[@]}" ||
    fail "cannot write parameter $PARAMETER"
  printf '%s' "$sum $PARAMETER" >"$published"
  fresh=true
fi
answer "{\"fresh\":$fresh}"
