#!/bin/sh
# crictl as far as the local cloud knows it: ps, exec, logs. It asks the container runtime on its socket, as the genuine one does,
# and like the genuine one it must be told where that is.
set -eu

endpoint_in() {
  while read -r key value; do
    if [ "$key" = runtime-endpoint: ]; then printf %s "$value"; fi
  done <"$1"
}

endpoint=${CONTAINER_RUNTIME_ENDPOINT:-}
if [ -z "$endpoint" ] && [ -n "${CRI_CONFIG_FILE:-}" ]; then
  endpoint=$(endpoint_in "$CRI_CONFIG_FILE")
fi
case "${1:-}" in
  -r | --runtime-endpoint)
    endpoint=$2
    shift 2
    ;;
  --config | -c)
    endpoint=$(endpoint_in "$2")
    shift 2
    ;;
esac
socket=${endpoint#unix://}
if [ ! -S "${socket:-/run/containerd/containerd.sock}" ]; then
  echo "FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint \"unix://${socket:-/run/containerd/containerd.sock}\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix ${socket:-/run/containerd/containerd.sock}: connect: no such file or directory\"" >&2
  exit 1
fi

ask() {
  printf '%s\0' "$@" | curl -sS --fail-with-body --unix-socket "$socket" --data-binary @- http://localhost/crictl 2>&1
}
if answer=$(ask "$@"); then
  [ -z "$answer" ] || printf '%s\n' "$answer"
else
  # The runtime's words, without curl's about the status that they came with.
  printf '%s\n' "${answer%curl: (22)*}" >&2
  exit 1
fi
