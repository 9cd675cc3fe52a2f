#!/bin/sh
# One program under many names: what it is called decides what it does.
exec /usr/bin/node /opt/cilium/rke2.js cilium "${0##*/}" "$@"
