# shellcheck shell=bash
# Starts a server or an agent that joins through JOIN_ADDRESS, the private address of a server. A unit that is up is left
# alone; one that keeps failing, or was started with another configuration, starts anew.
: "${UNIT:?}" "${JOIN_ADDRESS:?}"
started=false
if ! is_up "$UNIT"; then start_configured "$UNIT"; fi
answer "{\"started\":$started}"
