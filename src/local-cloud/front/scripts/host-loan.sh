#!/usr/bin/env bash
# What machines that run containers need of the host itself: control groups, and sysctls that the kubelet insists on. It
# runs as root outside of the cloud's namespaces and outlives it, so that everything is given back however the cloud ends;
# what is left when this is killed too, the next start or `sweep` gives back. /run ends with the boot, as the sysctls do.
#   host-loan.sh run NAME DIRECTORY... -- COMMAND...    NAME ends in -PID-STARTTIME of the owner
#   host-loan.sh sweep
set -euo pipefail
record=/run/rke2-local-cloud
holders=$record/holders
originals=$record/originals

# What the kubelet sets when it finds something else, and would set for the whole host (k8s.io/component-helpers/node/util/
# sysctl); machines see them read-only, so they must be right before.
kubelet_sysctls='vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000'
# One instance of inotify for each pod and more: the default of 128 is used up by two nodes.
inotify=fs/inotify/max_user_instances
inotify_least=1024

# The name of a holder tells when its process was started: a pid alone may be taken again.
is_alive() {
  local pid start stat fields
  IFS=- read -r pid start <<<"${1##*cloud-}"
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && [ "${fields[19]}" = "$start" ]
}

# A file below /proc/sys or a cgroup's subtree_control, remembered as it was before the first holder came.
remember() { [ -e "$1" ] && printf '%s\t%s\n' "$1" "$(tr '\t' ' ' <"$1")" >>"$originals"; }

lend_sysctls() {
  local setting file
  for setting in $kubelet_sysctls; do
    file=/proc/sys/${setting%=*}
    if [ ! -e "$file" ] || [ "$(cat "$file")" = "${setting#*=}" ]; then continue; fi
    remember "$file"
    echo "${setting#*=}" >"$file"
  done
  file=/proc/sys/$inotify
  if [ "$(cat "$file")" -lt "$inotify_least" ]; then
    remember "$file"
    echo "$inotify_least" >"$file"
  fi
}

# v1: a child of cpuset has no processors until it is told. v2: a child has the controllers that its parent passes on.
make_cgroup() {
  local directory=$1 parent file controller controllers
  parent=$(dirname "$directory")
  mkdir -p "$directory"
  for file in cpuset.cpus cpuset.mems; do
    if [ -e "$parent/$file" ] && [ ! -e "$parent/cgroup.controllers" ]; then cat "$parent/$file" >"$directory/$file"; fi
  done
  [ -e "$parent/cgroup.controllers" ] || return 0
  read -ra controllers <"$parent/cgroup.controllers"
  for controller in "${controllers[@]}"; do
    case " $(cat "$parent/cgroup.subtree_control") " in *" $controller "*) continue ;; esac
    printf '%s\t-%s\n' "$parent/cgroup.subtree_control" "$controller" >>"$originals"
    echo "+$controller" >"$parent/cgroup.subtree_control" || {
      echo "can't pass the cgroup controller $controller on from $parent: processes live in it. In a container, run it with --cgroupns=host." >&2
      return 1
    }
  done
  for controller in "${controllers[@]}"; do echo "+$controller" >"$directory/cgroup.subtree_control"; done
}

remove_cgroup() {
  local directory=$1 group left
  for ((left = 50; left > 0; left--)); do
    [ -d "$directory" ] || return 0
    while read -r group; do
      # Its processes belong to a cloud that has ended.
      xargs -r kill -9 <"$group/cgroup.procs" 2>/dev/null || true
      rmdir "$group" 2>/dev/null || true
    done < <(find "$directory" -depth -type d)
    sleep 0.1
  done
  echo "can't remove the control group $directory" >&2
}

# Called under the lock. Gives back what no living cloud holds; the one that is named counts as gone.
sweep() {
  local holder directory file value
  for holder in "$holders"/*; do
    [ -e "$holder" ] || continue
    [ "$1" = "${holder##*/}" ] || ! is_alive "$holder" || continue
    while read -r directory; do remove_cgroup "$directory"; done <"$holder"
    rm -f "$holder" "/var/tmp/${holder##*/}".*
    echo "gave back what ${holder##*/} had of this machine" >&2
  done
  [ -z "$(ls -A "$holders")" ] || return 0
  while IFS=$'\t' read -r file value; do
    # A controller that somebody else uses by now stays.
    echo "$value" >"$file" 2>/dev/null || true
  done < <(tac "$originals" 2>/dev/null)
  rm -rf "$record"
}

locked() {
  # The directory itself is the lock: a file would stay behind.
  exec 9</run
  flock 9
  mkdir -p "$holders"
  "$@"
  exec 9<&-
}

lend() {
  local name=$1 directory
  shift
  sweep ''
  mkdir -p "$holders"
  printf '%s\n' "$@" >"$holders/$name"
  lend_sysctls
  for directory in "$@"; do make_cgroup "$directory"; done
}

run() {
  local directories=() code=0
  name=$1
  shift
  while [ "$1" != -- ]; do
    directories+=("$1")
    shift
  done
  shift
  # A signal must not end it before the cloud; its children get the default back.
  trap : INT TERM HUP
  # Also when lending fails half-way.
  trap 'locked sweep "$name"' EXIT
  locked lend "$name" "${directories[@]}"
  "$@" || code=$?
  return "$code"
}

case $1 in
  run) run "${@:2}" ;;
  sweep) locked sweep '' ;;
esac
