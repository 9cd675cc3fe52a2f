#!/usr/bin/env bash
# Runs as pid 1 of a machine's fresh namespaces, still on the cloud's file system: plugs in the network cable, mounts the
# disk, and becomes the machine's init.
set -euo pipefail
: "${STORE:?}" "${DISK:?}" "${CONTROL:?}" "${LINK:?}" "${ADDRESS:?}" "${GATEWAY:?}" "${MACHINE_HOSTNAME:?}" "${OVERLAY_OPTIONS?}" "${CGROUPS?}"
root=$DISK/root

# /proc is still the cloud's here, so its pid 1 lives in the router's namespace.
router=/proc/1/ns/net
ip link add eth0 mtu 9001 type veth peer name "$LINK" mtu 9001 netns "$router"
ip -batch - <<GUEST
link set lo up
addr add $ADDRESS/20 dev eth0
link set eth0 up
route add default via $GATEWAY dev eth0 onlink
GUEST
nsenter --net="$router" ip -batch - <<ROUTER
link set $LINK up
ntable change name arp_cache dev $LINK proxy_delay 0
route replace $ADDRESS/32 dev $LINK
ROUTER
hostname "$MACHINE_HOSTNAME"

mount --bind "$root" "$root"
mount -t overlay -o "lowerdir=$STORE/usr:/usr,upperdir=$DISK/usr,workdir=$DISK/usr.work$OVERLAY_OPTIONS" usr "$root/usr"
mount -t overlay -o "lowerdir=$STORE/etc:/etc,upperdir=$DISK/etc,workdir=$DISK/etc.work$OVERLAY_OPTIONS" etc "$root/etc"
mount --bind "$DISK/usr-local" "$root/usr/local"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -n "$CGROUPS" ]; then
  # shellcheck source-path=SCRIPTDIR source=mount-cgroups.sh
  . "$STORE/mount-cgroups.sh"
fi
mount --rbind "$STORE/dev" "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount -t tmpfs -o mode=0755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mkdir -p "$root/run/local-cloud" "$root/run/lock"
mount --bind "$CONTROL" "$root/run/local-cloud"
mount --rbind "$STORE/programs" "$root/opt/local-cloud"

# These belong to the one kernel that all share: a machine may tune its own network, and nothing else.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro "$root/proc/sys"
[ ! -e "$root/proc/sysrq-trigger" ] || mount --bind "$root/dev/null" "$root/proc/sysrq-trigger"

cd "$root"
mkdir -p run/old-root
pivot_root . run/old-root
exec chroot . /usr/bin/bash /opt/local-cloud/init.sh </dev/null
