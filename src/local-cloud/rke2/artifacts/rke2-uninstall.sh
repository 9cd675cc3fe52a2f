#!/bin/sh
# Takes RKE2 off this machine, its data with it.
set -ex
[ "$(id -u)" -eq 0 ] || exec sudo "$0" "$@"

bin=$(dirname "$(readlink -f "$0")")
prefix=$(dirname "$bin")
"$bin/rke2-killall.sh"
systemctl disable rke2-server || true
systemctl disable rke2-agent || true
for directory in "$prefix/lib/systemd/system" /etc/systemd/system; do
  rm -f "$directory"/rke2-server.service "$directory"/rke2-server.env "$directory"/rke2-agent.service "$directory"/rke2-agent.env
done
systemctl daemon-reload || true
rm -rf /etc/rancher/rke2 /etc/rancher/node /etc/cni /opt/cni/bin /var/lib/rancher/rke2 /var/lib/kubelet /var/log/pods /var/log/containers
rm -rf "$prefix/share/rke2"
rm -f "$bin/rke2" "$bin/rke2-killall.sh" "$bin/rke2-uninstall.sh"
