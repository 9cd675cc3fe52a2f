#!/bin/sh
# Stands in for systemctl, journalctl and their kin (the name it is called by): hands its arguments to the machine's unit
# manager. The answer is the exit code on the first line, an error on the second, and then the output.
answer=$(printf '%s\0' "$@" | curl --silent --show-error --unix-socket /run/local-cloud/manager.sock \
  --header "Invocation-Id: ${INVOCATION_ID-}" --data-binary @- "http://manager/${0##*/}" && printf .) || exit 1
newline='
'
answer=${answer%.}
code=${answer%%"$newline"*}
answer=${answer#*"$newline"}
error=${answer%%"$newline"*}
[ -z "$error" ] || printf '%s\n' "$error" >&2
printf '%s' "${answer#*"$newline"}"
exit "$code"
