#!/bin/sh
# crictl as far as the local cloud knows it: ps, exec, logs. It asks the container runtime on its socket, as the genuine one does,
# and like the genuine one it must be told where that is.
set -eu

endpoint=${CONTAINER_RUNTIME_ENDPOINT:-}
if [ -z "$endpoint" ] && [ -n "${CRI_CONFIG_FILE:-}" ]; then
  endpoint=$(sed -n 's/^runtime-endpoint: *//p' "$CRI_CONFIG_FILE")
fi
case "${1:-}" in
  -r | --runtime-endpoint)
    endpoint=$2
    shift 2
    ;;
  --config | -c)
    endpoint=$(sed -n 's/^runtime-endpoint: *//p' "$2")
    shift 2
    ;;
esac
socket=${endpoint#unix://}
if [ ! -S "${socket:-/run/containerd/containerd.sock}" ]; then
  echo "FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint \"unix://${socket:-/run/containerd/containerd.sock}\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix ${socket:-/run/containerd/containerd.sock}: connect: no such file or directory\"" >&2
  exit 1
fi

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
code=$(printf '%s\0' "$@" | curl -sS -o "$answer" -w '%{http_code}' --unix-socket "$socket" --data-binary @- http://localhost/crictl)
if [ "$code" = 200 ]; then
  cat "$answer"
else
  cat "$answer" >&2
  exit 1
fi
