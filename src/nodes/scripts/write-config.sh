# shellcheck shell=bash
# Writes RKE2's configuration and starts its unit. The token is composed here, on the node: the hash of the cluster's CA
# is public, the secret comes from Parameter Store with the node's own role, and neither reaches a command line.
: "${NODES:?}" "${CONFIG?}" "${TOKEN_PARAMETER:?}" "${AWS_SSM_INSTANCE_ID:?}"

# NODES has a line `instance-id name address` for each target of this command.
own_line() { awk -v id="$AWS_SSM_INSTANCE_ID" '$1 == id { print $2, $3 }' <<<"$NODES"; }

write_config() {
  local name address secret
  read -r name address <<<"$(own_line)"
  [ -n "$address" ] || fail "this node, $AWS_SSM_INSTANCE_ID, is not among those that the command names"
  secret=$(parameter_store get "$TOKEN_PARAMETER") || fail "cannot read parameter $TOKEN_PARAMETER: $secret"
  mkdir -p "$(dirname "$CONFIG_FILE")"
  {
    printf 'node-name: %s\nnode-ip: %s\n%s\n' "$name" "$address" "$CONFIG"
    if [ -n "${JOIN_ADDRESS:-}" ]; then
      printf 'server: https://%s:9345\ntoken: "K10%s::server:%s"\n' "$JOIN_ADDRESS" "${CA_HASH:?}" "$secret"
    else
      # The CA is not known before the first start, so the first server takes the bare secret.
      printf 'token: "%s"\n' "$secret"
    fi
  } >"$CONFIG_FILE.new"
  mv "$CONFIG_FILE.new" "$CONFIG_FILE"
}

# `start` would block until RKE2 is ready, without a limit, so it is only queued.
start_unit() {
  systemctl enable "$1"
  systemctl start --no-block "$1"
}

is_started() { case "$(systemctl is-active "$1" || true)" in active | activating | reloading) true ;; *) false ;; esac; }
