#!/usr/bin/env bash
# Once, in the cloud's own mount and network namespaces: the VPC's router, and the file layers that all machines share.
set -euo pipefail
: "${STORE:?}" "${NODE:?}" "${KUBECTL?}" "${HELM?}" "${ETCD?}" "${ETCDCTL?}" "${KUBERNETES?}" "${DEVICES?}"

# What every machine finds under /opt/local-cloud. The caller has put scripts and settings there.
programs=$STORE/programs
bind_program() {
  [ -n "$1" ] || return 0
  : >"$programs/$2"
  mount --bind "$1" "$programs/$2"
}
bind_program "$NODE" node
bind_program "$KUBECTL" kubectl
bind_program "$HELM" helm
bind_program "$ETCD" etcd
bind_program "$ETCDCTL" etcdctl
while read -r minor directory; do
  [ -n "$directory" ] || continue
  mkdir -p "$programs/kubernetes/$minor"
  mount --bind "$directory" "$programs/kubernetes/$minor"
done <<<"$KUBERNETES"

# Device nodes can't be made in a user namespace, but they can be bound.
mkdir -p "$STORE/dev/net"
for device in null zero full random urandom tty net/tun $DEVICES; do
  [ -e "/dev/$device" ] || continue
  : >"$STORE/dev/$device"
  mount --bind "/dev/$device" "$STORE/dev/$device"
done
mkdir -p "$STORE/dev/pts" "$STORE/dev/shm"
ln -sf /proc/self/fd "$STORE/dev/fd"
ln -sf /proc/self/fd/0 "$STORE/dev/stdin"
ln -sf /proc/self/fd/1 "$STORE/dev/stdout"
ln -sf /proc/self/fd/2 "$STORE/dev/stderr"
ln -sf pts/ptmx "$STORE/dev/ptmx"

# Layer above the host's /etc: a character device 0/0 is overlayfs' whiteout, so a machine sees nothing of these.
mkdir -p "$STORE/etc"
for name in rancher systemd cni kubernetes docker containers ssh cron.d cron.daily default/rke2-server default/rke2-agent; do
  [ -e "/etc/$name" ] || continue
  mkdir -p "$STORE/etc/$(dirname "$name")"
  mknod "$STORE/etc/$name" c 0 0
done

ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
# The router answers for every address of the VPC, and lets no machine speak in another's name.
echo 1 >/proc/sys/net/ipv4/conf/all/proxy_arp
echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter
# Packets for an address that no running machine has vanish in the sink, so that callers time out as they do on AWS. VPCs
# have their addresses in these ranges.
ip -batch - <<SINK
addr add 169.254.169.251/32 dev lo
addr add 169.254.169.253/32 dev lo
addr add 169.254.169.254/32 dev lo
link add sink type veth peer name sink-end
link set sink arp off
link set sink up
link set sink-end up
route add 10.0.0.0/8 dev sink
route add 172.16.0.0/12 dev sink
route add 192.168.0.0/16 dev sink
SINK
