# shellcheck shell=bash
# Stands between write-config.sh and a script that starts RKE2.

is_up() { [ "$(systemctl is-active "$1" || true)" = active ]; }

# Writes the configuration of a unit that is not up and starts it; `started` tells whether systemd was asked to. RKE2
# reads its configuration once, and an agent with a wrong one waits inside its process for ever: so a unit that starts is
# restarted when what it was started with is old, or when it keeps failing.
# shellcheck disable=SC2034 # The script that calls it answers with `started`.
start_configured() {
  local before restarts
  before=$(cat "$CONFIG_FILE" 2>/dev/null || true)
  write_config
  restarts=$(systemctl show -p NRestarts --value "$1" || true)
  # systemd keeps the counter over a stop between two attempts: old failures would be taken for new ones.
  systemctl reset-failed "$1" || true
  started=true
  if ! is_started "$1"; then
    start_unit "$1"
  elif [ "${restarts:-0}" -gt 0 ] || [ "$(cat "$CONFIG_FILE")" != "$before" ]; then
    systemctl enable "$1"
    systemctl restart --no-block "$1"
  else
    started=false
  fi
}
