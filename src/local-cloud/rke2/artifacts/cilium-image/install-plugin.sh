#!/bin/sh
# The chart's init container install-cni-binaries: puts the plugins where containerd looks for them. Each gets its name when it is whole.
set -eu
bin=/host/opt/cni/bin
put() {
  cp "$1" "$2.new"
  mv "$2.new" "$2"
}
mkdir -p "$bin/cilium-local-cloud"
put /opt/cilium/package.json "$bin/cilium-local-cloud/package.json"
put /opt/cilium/rke2.js "$bin/cilium-local-cloud/rke2.js"
put /opt/cilium/cni-plugin.sh "$bin/loopback"
put /opt/cilium/cni-plugin.sh "$bin/cilium-cni"
