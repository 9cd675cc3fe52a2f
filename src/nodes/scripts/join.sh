# shellcheck shell=bash
# Starts a server or an agent that joins through JOIN_ADDRESS, the private address of a server. A unit that is up is left
# alone; one that keeps failing gets its configuration anew.
: "${UNIT:?}" "${JOIN_ADDRESS:?}"
started=false
if [ "$(systemctl is-active "$UNIT" || true)" != active ]; then
  write_config
  if is_started "$UNIT" && [ "$(systemctl show -p NRestarts --value "$UNIT")" -gt 0 ]; then
    systemctl restart --no-block "$UNIT"
  fi
  start_unit "$UNIT"
  started=true
fi
answer "{\"started\":$started}"
