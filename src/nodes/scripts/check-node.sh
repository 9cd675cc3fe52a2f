# shellcheck shell=bash
# What Cilium's agent on this node says of itself, and whether it reaches every other node and its pods, probed now.
export CRI_CONFIG_FILE=$RKE2_DATA/agent/etc/crictl.yaml
: "${EXPECTED:?}"

dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT

agent=$(timeout 15 crictl ps --label io.kubernetes.container.name=cilium-agent --state Running --quiet 2>"$dir/error" | head -n 1) || true
if [[ $agent ]]; then
  timeout 20 crictl exec "$agent" cilium-dbg status --brief >"$dir/status" 2>&1 &
  timeout 60 crictl exec "$agent" cilium-health status --probe -o json >"$dir/health" 2>"$dir/error" &
  wait
fi

AGENT="$agent" DIR="$dir" python3 -IS - <<'PYTHON' >&3
import json, os

def read(name):
    try:
        with open(os.path.join(os.environ['DIR'], name), errors='replace') as file:
            return file.read().strip()
    except OSError:
        return ''

def last_line(text):
    return (text.splitlines() or [''])[-1][:200]

def paths_of(node):
    """host: the node's own address; pod: an endpoint behind the pod network."""
    host = (node.get('host') or {}).get('primary-address') or {}
    pod = (node.get('health-endpoint') or {}).get('primary-address') or node.get('endpoint') or {}
    return {'host': host, 'pod': pod}

def why_not(path):
    told = {kind: path.get(kind) for kind in ('http', 'icmp')}
    if told['http'] is None:
        return 'not probed'
    # An empty status is a good one.
    bad = ['%s: %s' % (kind, answer['status']) for kind, answer in told.items() if answer and answer.get('status')]
    return '; '.join(bad)[:90]

probe, error = {}, ''
try:
    probe = json.loads(read('health'))
except ValueError:
    error = last_line(read('error')) or 'no answer'
if not os.environ['AGENT']:
    error = 'no cilium-agent container is running here' + (': ' + last_line(read('error')) if read('error') else '')

# Names of a cluster other than "default" read "cluster/node".
nodes = {node.get('name', '').split('/')[-1]: paths_of(node) for node in probe.get('nodes') or []}
self = ((probe.get('local') or {}).get('name') or '').split('/')[-1]
others = [name for name in os.environ['EXPECTED'].split() if name != self]
known = [name for name in others if name in nodes]
failed = [{'to': name, 'path': path, 'why': why_not(told)} for name in known
          for path, told in nodes[name].items() if why_not(told)]
broken = {one['to'] for one in failed}
slowest = max(((nodes[name]['pod']['http'].get('latency', 0) / 1e6, name) for name in known if name not in broken),
              default=(0, ''))
print(json.dumps({
    'agent': last_line(read('status')), 'error': error, 'reached': len(known) - len(broken),
    'failed': failed[:8], 'missing': [] if error else [name for name in others if name not in nodes][:8],
    'slowestMs': round(slowest[0], 3), 'slowestTo': slowest[1], 'end': True,
}, separators=(',', ':')))
PYTHON
