# shellcheck shell=bash
# Deletes the Nodes of machines that are gone, so that others may have their names: RKE2 knows a Node by a password, and
# refuses another machine. Its secret goes with the Node; one that was left is deleted as well. Stands behind try-kubectl.sh.
: "${NAMES:?}"
read -ra names <<<"$NAMES"

# Lists in `found` those of the objects whose names are given that there are: mostly none, and a call each would take long.
find_of() {
  try_kubectl "$1" "$2" get "$3" -o name
  mapfile -t found < <(grep -Fxf <(printf "$3/%s\n" "${@:4}") <<<"${said:-}")
}

# Waits for the Node to be gone: a kubelet that met it while it goes would be left without one.
gone=''
find_of -n kube-system node "${names[@]}"
if [ "${#found[@]}" -gt 0 ]; then
  try_kubectl delete "${found[@]}" --ignore-not-found --timeout=30s
  gone=$(sed -n 's/^node "\(.*\)" deleted.*/\1/p' <<<"${said:-}")
fi
find_of -n kube-system secret "${names[@]/%/.node-password.rke2}"
if [ "${#found[@]}" -gt 0 ]; then
  try_kubectl -n kube-system delete "${found[@]}" --ignore-not-found --timeout=30s
fi
MISSING=${missing:-} GONE=$gone python3 -ISc '
import json, os
e = os.environ
print(json.dumps({"missing": e["MISSING"][:300], "gone": e["GONE"].split()}, separators=(",", ":")))' >&3
