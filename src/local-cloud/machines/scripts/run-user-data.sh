#!/bin/sh
# cloud-init's part for user data: a script runs once in an instance's life, as root, and its output is kept.
instance=/var/lib/cloud/instance
finish() { : >"$instance/boot-finished"; }
if [ ! -s "$instance/user-data.txt" ] || [ -e "$instance/sem/config_scripts_user" ]; then
  finish
  exit 0
fi
mkdir -p "$instance/sem" "$instance/scripts"
: >"$instance/sem/config_scripts_user"
if [ "$(head -c 2 "$instance/user-data.txt")" != '#!' ]; then
  echo 'WARNING: Unhandled non-multipart (text/x-not-multipart) userdata'
  finish
  exit 0
fi
install -m 0700 "$instance/user-data.txt" "$instance/scripts/part-001"
{
  "$instance/scripts/part-001" </dev/null 2>&1
  echo $? >"$instance/sem/part-001.status"
} | tee -a /var/log/cloud-init-output.log
status=$(cat "$instance/sem/part-001.status")
[ "$status" = 0 ] || echo "Failed to run $instance/scripts/part-001 [$status]"
finish
exit "$status"
