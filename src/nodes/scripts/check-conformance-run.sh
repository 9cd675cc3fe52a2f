# shellcheck shell=bash
# Stands before the other conformance scripts: this server's own API, and what they share.
tls=$RKE2_DATA/server/tls
as_admin=(curl -sS --cacert "$tls/server-ca.crt" --cert "$tls/client-admin.crt" --key "$tls/client-admin.key")
server=https://127.0.0.1:6443

# api METHOD PATH FILE: prints the HTTP status, 000 when there was none; the body goes to FILE
api() { "${as_admin[@]}" -m 20 -X "$1" -o "$3" -w '%{http_code}' "$server$2" || true; }

delete_run() {
  local path
  for path in "/api/v1/namespaces/$NAMESPACE" \
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/$NAMESPACE"; do
    code=$(api DELETE "$path" /dev/null)
    # 409: it is being deleted already.
    [[ $code == 200 || $code == 202 || $code == 404 || $code == 409 ]] || return 1
  done
}
