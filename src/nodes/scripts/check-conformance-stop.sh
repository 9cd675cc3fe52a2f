# shellcheck shell=bash
# Deletes the conformance run; its end is not waited for.
: "${NAMESPACE:?}"

delete_run || fail "the conformance run is not deleted: HTTP ${code:-}"
answer '{"end":true}'
