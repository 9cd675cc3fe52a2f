#!/usr/bin/env bash
# pid 1 of the local cloud's namespaces. Standard input is a pipe from the front: when the front is gone, for whatever
# reason, the pipe ends, this process ends, and with it the kernel ends every process, mount and interface of the cloud.
state=$1
shift
mount -t tmpfs -o mode=0755 store "$state/store" || exit 1
# Whatever is written to a temporary directory goes with the rest.
export TMPDIR=$state/store
exec 3<&0
cat <&3 >/dev/null &
"$@" </dev/null 3<&- &
wait -n
code=$?
umount --lazy "$state/store"
rm -rf "$state"
exit "$code"
