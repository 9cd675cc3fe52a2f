#!/usr/bin/env bash
# A small VPC for RKE2's contract tests: `sandbox.sh DIRECTORY vpc` holds a network namespace with a bridge until it is killed;
# `sandbox.sh DIRECTORY node NAME ADDRESS` holds a node on it. The process id of each lies in DIRECTORY/NAME.pid.
# Inside a node PROGRAM (rke2.js) is at /opt/local-cloud/rke2.js. Everything lives in private namespaces: killing the vpc takes all away.
set -euo pipefail
directory=$1
role=$2

case $role in
  vpc)
    # shellcheck disable=SC2016 # expanded inside
    exec unshare --mount --net --pid --fork --kill-child --mount-proc bash -euc '
      ip link set lo up
      ip link add vpc type bridge
      ip addr add 172.31.0.1/20 dev vpc
      ip link set vpc up
      echo ready >"$1/vpc.ready"
      while :; do sleep 3600 & wait $!; done' vpc "$directory"
    ;;
  node)
    name=$3 address=$4
    # shellcheck disable=SC2016 # expanded inside
    exec unshare --mount --net --pid --uts --fork --kill-child --mount-proc bash -euc '
      directory=$1 name=$2 address=$3 program=$4 node=$5 settings=$6 helm=$7 etcd=$8 etcdctl=$9 kubernetes=${10}
      hostname "$name"
      echo waiting >"$directory/$name.wait"
      until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done
      ip link set lo up
      ip addr add "$address/20" dev eth0
      ip link set eth0 up
      for path in /etc/rancher /var/lib/rancher /run /var/log/pods /opt/local-cloud /etc/cni /opt/cni; do
        mkdir -p "$path"
        mount -t tmpfs tmpfs "$path"
      done
      cp "$program" /opt/local-cloud/rke2.js
      ln -s "$node" /opt/local-cloud/node
      cp -r "$(dirname "$program")/charts" /opt/local-cloud/charts
      ln -s "$helm" /opt/local-cloud/helm
      ln -s "$etcd" /opt/local-cloud/etcd
      ln -s "$etcdctl" /opt/local-cloud/etcdctl
      mkdir /opt/local-cloud/kubernetes
      [ -z "$kubernetes" ] || ln -s "$kubernetes" /opt/local-cloud/kubernetes/v1.35
      printf "%s" "$settings" >/opt/local-cloud/settings.json
      mkdir -p /etc/rancher/rke2 /run/bin
      printf "#!/bin/sh\necho ready >/run/ready\n" >/run/bin/systemd-notify
      chmod +x /run/bin/systemd-notify
      echo ready >"$directory/$name.ready"
      while :; do sleep 3600 & wait $!; done' node "$directory" "$name" "$address" "$PROGRAM" "$(command -v node)" "$SETTINGS" "$HELM" \
      "$ETCD" "$ETCDCTL" "${KUBERNETES:-}"
    ;;
esac
