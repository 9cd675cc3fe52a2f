#!/bin/sh
# Stands in for modprobe on a host that has none: a machine can't load modules, so it tells whether the kernel has them.
for module; do
  case $module in -*) continue ;; esac
  name=$(printf %s "$module" | tr - _)
  [ -e "/sys/module/$name" ] || grep -qw "$module" /proc/filesystems || {
    printf 'modprobe: FATAL: Module %s not found in directory /lib/modules/%s\n' "$module" "$(uname -r)" >&2
    exit 1
  }
done
