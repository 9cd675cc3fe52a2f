# shellcheck shell=bash
# Moves the time at which this machine stops itself. Its timer reads the file at least once a minute.
: "${EXPIRES_AT:?}"
printf '%s\n' "$EXPIRES_AT" >"$OWN_DATA/expires-at.new"
mv "$OWN_DATA/expires-at.new" "$OWN_DATA/expires-at"
answer '{"moved":true}'
