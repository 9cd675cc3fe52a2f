#!/usr/bin/env bash
# Stands before every node script. The SSM agent gives no HOME, a short PATH and any working directory. Chatter goes to a
# log on the node; only `answer` (file descriptor 3) reaches the caller, who keeps the first 2,500 bytes of it.
set -euo pipefail
export HOME=/root
export PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/rke2/bin:/var/lib/rancher/rke2/bin"
umask 077
cd /

export RKE2_DATA=/var/lib/rancher/rke2
export CONFIG_FILE=/etc/rancher/rke2/config.yaml
export OWN_DATA=/var/lib/rke2-action
LOG_FILE=/var/log/rke2-action.log
: "${SCRIPT:?}"

[[ -d $OWN_DATA ]] || mkdir -p "$OWN_DATA"
exec 3>&1 1>>"$LOG_FILE" 2>&1
TZ=UTC printf -v LOG_START '%(%FT%TZ)T %s %d' -1 "$SCRIPT" "$$"
printf '%s\n' "$LOG_START"

answer() { printf '%s\n' "$1" >&3; }

fail() {
  printf '%s\n' "$*"
  exit 1
}

# The end of a unit's journal, short enough for an answer.
journal_tail() { journalctl -u "$1" --no-pager -n 12 -o cat 2>/dev/null | cut -c 1-280 | tail -c 1400 || true; }

# A script that fails shows what it said, so that nobody has to log in to the node.
on_exit() {
  local code=$?
  if ((code)); then sed "0,/^$LOG_START\$/d" "$LOG_FILE" | tail -n 25 | tail -c 1800 >&3; fi
}
trap on_exit EXIT
