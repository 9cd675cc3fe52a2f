# shellcheck shell=bash
# Part of a machine's boot when it is to run containers: its own control groups, seen as a whole tree because the cgroup
# namespace begins at them.
: "${CGROUPS:?}" "${root:?}"
groups=$root/sys/fs/cgroup

mount_v2() {
  mount -t cgroup2 cgroup2 "$groups"
  # As systemd lays it out. A group that passes controllers on may hold no processes, so pid 1 moves down first.
  mkdir -p "$groups/init.scope" "$groups/system.slice"
  echo 0 >"$groups/init.scope/cgroup.procs"
  local controllers controller
  read -ra controllers <"$groups/cgroup.controllers"
  for controller in "${controllers[@]}"; do echo "+$controller" >"$groups/cgroup.subtree_control"; done
}

mount_v1() {
  local hierarchy name alias
  mount -t tmpfs -o mode=0755 cgroup "$groups"
  for hierarchy in $CGROUPS; do
    name=${hierarchy%%:*}
    mkdir "$groups/$name"
    mount -t cgroup -o "${hierarchy#*:}" cgroup "$groups/$name"
    case $name in
      *,*) for alias in ${name//,/ }; do ln -s "$name" "$groups/$alias"; done ;;
    esac
  done
}

if [ "$CGROUPS" = : ]; then mount_v2; else mount_v1; fi
