# shellcheck shell=bash
# What a person would look at first on a node that is in trouble. Nothing here shows a token: config.yaml is left out.
section() {
  printf '\n== %s\n' "$1" >&3
  shift
  "$@" 2>&1 | tail -c 3500 >&3 || true
}

unit=rke2-server
[ -d "$RKE2_DATA/server" ] || unit=rke2-agent
section "$unit" systemctl show -p ActiveState,SubState,NRestarts,ExecMainStatus,Result "$unit"
section 'journal' journalctl -u "$unit" --no-pager -n 40
section 'kubelet' tail -n 15 "$RKE2_DATA/agent/logs/kubelet.log"
section 'etcd' curl -sS --max-time 4 http://127.0.0.1:2381/health
section 'containers' env CRI_CONFIG_FILE="$RKE2_DATA/agent/etc/crictl.yaml" crictl ps -a
section 'disk' df -h /var/lib
section 'memory' free -m
section 'listening' ss -ltn
section 'rke2-action' tail -n 30 "$LOG_FILE"
answer '{"collected":true}'
