#!/bin/sh
# Kills everything that RKE2 runs on this node and takes its network away; the database stays.
[ "$(id -u)" -eq 0 ] || exec sudo --preserve-env=RKE2_DATA_DIR "$0" "$@"

data=${RKE2_DATA_DIR:-/var/lib/rancher/rke2}
export PATH="$PATH:$data/bin"
set -x

systemctl stop rke2-server.service || true
systemctl stop rke2-agent.service || true

for file in /run/k3s/containers/*.pid; do
  [ -f "$file" ] || continue
  kill -9 "$(cat "$file")" 2>/dev/null
  rm -f "$file"
done
for process in /proc/[0-9]*; do
  if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -Eq 'k3s/containerd/shim\.py|share/rke2/rke2\.js (conformance|server|agent|engine)'; then
    kill -9 "${process#/proc/}" 2>/dev/null
  fi
done

ip netns list 2>/dev/null | awk '/^cni-/ {print $1}' | while read -r namespace; do
  ip netns delete "$namespace"
done
ip link delete cilium_vxlan 2>/dev/null
ip link delete cilium_net 2>/dev/null
ip link delete cilium_wg0 2>/dev/null
nft delete table ip cilium 2>/dev/null
rm -f /etc/cni/net.d/05-cilium.conflist
rm -rf /run/k3s /var/lib/cni
for component in etcd kube-apiserver kube-controller-manager cloud-controller-manager kube-scheduler kube-proxy; do
  rm -f "$data/agent/pod-manifests/$component.yaml"
done
exit 0
