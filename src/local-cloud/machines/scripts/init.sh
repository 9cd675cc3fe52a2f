#!/usr/bin/env bash
# pid 1 of a machine. Units are started from outside by the unit manager; what they leave behind is reaped here.
umount --lazy /run/old-root
rmdir /run/old-root
# Mounts of one container are seen by others that ask for it, as systemd allows on every machine.
[ -z "$CGROUPS" ] || mount --make-rshared /
cd /
echo up
exec >/dev/null 2>&1
# Nobody writes to the pipe: bash waits in `read` and reaps whatever ends meanwhile.
mkfifo -m 0600 /run/initctl
exec 3<>/run/initctl
while :; do read -r -u 3 _; done
