# shellcheck shell=bash
# The hash that makes a token safe to join with: SHA-256 of the cluster's CA as stored. It is public.
ca=$RKE2_DATA/server/tls/server-ca.crt
[ -s "$ca" ] || fail "this server has no cluster CA yet: $ca"
answer "{\"hash\":\"$(sha256sum "$ca" | cut -d ' ' -f 1)\"}"
