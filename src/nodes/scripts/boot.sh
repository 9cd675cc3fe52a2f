#!/usr/bin/env bash
# User data: runs once at the first boot. It holds no secret, as anyone on the node can read it. It fetches RKE2
# and unpacks it while the cluster is still being made, stops the machine for good when its time is over (a machine that
# stops itself is terminated), and wakes an SSM agent that met its role before the role was known.
set -euo pipefail
: "${EXPIRES_AT:?}"
export HOME=/root
export OWN_DATA=/var/lib/rke2-action RKE2_DATA=/var/lib/rancher/rke2
mkdir -p "$OWN_DATA"

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The time is absolute, so that a reboot changes nothing, and stands in a file, so that it can be moved (move-expiry.sh).
# A file that is gone or spoiled leaves the time that the machine was launched with.
install_expiry() {
  cat >"$OWN_DATA/expire.sh" <<EXPIRE
#!/usr/bin/env bash
while :; do
  until=\$(cat "$OWN_DATA/expires-at" 2>/dev/null) || until=
  if ! [[ \$until =~ ^[0-9]{1,12}\$ ]]; then until=$EXPIRES_AT; fi
  left=\$((until - \$(date +%s)))
  if [ "\$left" -le 0 ]; then break; fi
  sleep "\$((left < 60 ? left : 60))"
done
exec shutdown -P now
EXPIRE
  cat >/etc/systemd/system/rke2-action-expiry.service <<UNIT
[Unit]
Description=Stops this machine when the time of its cluster is over

[Service]
ExecStart=/bin/bash $OWN_DATA/expire.sh
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable rke2-action-expiry.service
  systemctl start --no-block rke2-action-expiry.service
}

# An agent that is refused its first credentials sleeps for 25 minutes. The first command leaves the mark `ready`.
wake_agent() {
  local _
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 60
    if [ -e "$OWN_DATA/ready" ]; then return; fi
    snap restart amazon-ssm-agent || systemctl restart amazon-ssm-agent || true
  done
}

install_expiry || true
wake_agent </dev/null >/var/log/rke2-action-agent.log 2>&1 &
(install_rke2) </dev/null >/var/log/rke2-action-install.log 2>&1 &
