#!/bin/sh
# Stands where Cilium's own image prepares a node for eBPF, or clears up after it.
echo "${0##*/}: nothing to do in the local cloud, whose Cilium has no eBPF"
