# shellcheck shell=bash
# Deletes the Nodes of machines that are gone, so that others may have their names: RKE2 knows a Node by a password, and
# refuses another machine. Its secret goes with the Node; one that was left is deleted as well. Stands behind try-kubectl.sh.
: "${NAMES:?}"
read -ra names <<<"$NAMES"

# Waits for the Node to be gone: a kubelet that met it while it goes would be left without one.
try_kubectl delete node "${names[@]}" --ignore-not-found --timeout=30s
gone=$(sed -n 's/^node "\(.*\)" deleted.*/\1/p' <<<"${said:-}")
try_kubectl -n kube-system delete secret "${names[@]/%/.node-password.rke2}" --ignore-not-found --timeout=30s
MISSING=${missing:-} GONE=$gone python3 -ISc '
import json, os
e = os.environ
print(json.dumps({"missing": e["MISSING"][:300], "gone": e["GONE"].split()}, separators=(",", ":")))' >&3
