#!/bin/sh
# Called by containerd on the machine, where the image's node.js is out of reach and the machine's own is not.
exec /opt/local-cloud/node "${0%/*}/cilium-local-cloud/rke2.js" cilium "${0##*/}"
