# shellcheck shell=bash
# Sets a label on nodes from a server, because a kubelet may not give itself a role. An API server that is busy or away is
# "not yet", which the caller waits for; a refusal is an error.
: "${NAMES:?}" "${LABEL:?}"
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
read -ra names <<<"$NAMES"

missing=
if ! said=$(kubectl --request-timeout=20s label node --overwrite "${names[@]}" "$LABEL" 2>&1); then
  case $said in
    *'Error from server (NotFound)'* | *'Error from server (Forbidden)'* | *'Error from server (Invalid)'* | *'Error from server (BadRequest)'*)
      fail "$said"
      ;;
  esac
  missing=${said##*$'\n'}
fi
MISSING=$missing python3 -ISc '
import json, os
print(json.dumps({"missing": os.environ["MISSING"][:300]}))' >&3
