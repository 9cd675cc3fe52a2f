# shellcheck shell=bash
# What the API says of nodes, leases (read twice) and Cilium's rollout, reduced here: raw, 6 nodes are 60 kB.
: "${LEASES:?}" "${EXPECTED:?}"
tls=$RKE2_DATA/server/tls

dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT

# get 'NAME PATH'…: over one connection. A missing object is an empty file: whether it must exist is not decided here.
get() {
  local question code codes urls=()
  for question; do urls+=(-o "$dir/${question%% *}" "https://127.0.0.1:6443${question#* }"); done
  mapfile -t codes < <(curl -sS -m 8 -w '%{http_code}\n' --cacert "$tls/server-ca.crt" --cert "$tls/client-admin.crt" \
    --key "$tls/client-admin.key" "${urls[@]}")
  for question; do
    code=${codes[0]:-000}
    codes=("${codes[@]:1}")
    case $code in
      200) ;;
      404) : >"$dir/${question%% *}" ;;
      *) fail "${question#* }: HTTP $code $(head -c 200 "$dir/${question%% *}")" ;;
    esac
  done
}

first_at=$(date +%s%3N)
get 'nodes /api/v1/nodes' \
  'leases /apis/coordination.k8s.io/v1/leases' \
  'daemonset /apis/apps/v1/namespaces/kube-system/daemonsets/cilium' \
  'operator /apis/apps/v1/namespaces/kube-system/deployments/cilium-operator' \
  'pods /api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dcilium' \
  'operators /api/v1/namespaces/kube-system/pods?labelSelector=io.cilium%2Fapp%3Doperator'

# Whether each of LEASES has another time than at the first reading, or has had as long as its holder has: Kubernetes' leaders give
# up after two thirds of the lease (10 of 15 s), and a busy API server lets them try more than once.
renewed() {
  DIR="$dir" WAITED="$1" python3 -ISc '
import json, os
def specs(name):
    with open(os.path.join(os.environ["DIR"], name)) as file:
        leases = json.load(file)["items"]
    return {l["metadata"]["name"]: l["spec"] for l in leases if l["metadata"]["namespace"] == "kube-system"}
first, again = specs("leases"), specs("leases-again")
waited = int(os.environ["WAITED"])
def awaited(name):
    then, now = first.get(name, {}), again.get(name, {})
    return then.get("renewTime") == now.get("renewTime") and waited < then.get("leaseDurationSeconds", 0) * 2 / 3
raise SystemExit(any(awaited(name) for name in os.environ["LEASES"].split()))'
}

# A second reading shows that holders live.
first_read=$SECONDS
while
  sleep 0.4
  second_at=$(date +%s%3N)
  get 'leases-again /apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
  ! renewed "$((SECONDS - first_read))"
do :; done

DIR="$dir" FIRST_AT="$first_at" SECOND_AT="$second_at" python3 -IS - <<'PYTHON' >&3
import calendar, json, os, re, time

def load(name):
    with open(os.path.join(os.environ['DIR'], name)) as file:
        text = file.read()
    return json.loads(text) if text.strip() else None

def millis(text):
    """2026-11-21T11:44:19.160957Z"""
    if not text:
        return 0
    seconds = calendar.timegm(time.strptime(text[:19], '%Y-%m-%dT%H:%M:%S'))
    fraction = re.search(r'\.(\d+)', text)
    return seconds * 1000 + (int((fraction.group(1) + '000')[:3]) if fraction else 0)

first_at, second_at = int(os.environ['FIRST_AT']), int(os.environ['SECOND_AT'])

def is_fresh(lease):
    spec = lease.get('spec', {})
    # 2 s for clocks that differ between nodes
    return first_at - millis(spec.get('renewTime')) <= spec.get('leaseDurationSeconds', 0) * 1000 + 2000

leases = load('leases').get('items', [])
heartbeats = {l['metadata']['name']: l for l in leases if l['metadata']['namespace'] == 'kube-node-lease'}
system = [l for l in leases if l['metadata']['namespace'] == 'kube-system']
identities = [l for l in system if 'apiserver.kubernetes.io/identity' in l['metadata'].get('labels', {})]
again = {l['metadata']['name']: l for l in load('leases-again').get('items', [])}

def reading(lease):
    spec = lease.get('spec', {})
    return {'holder': spec.get('holderIdentity') or '', 'renewed': millis(spec.get('renewTime')),
            'transitions': spec.get('leaseTransitions', 0)}

def lease_of(lease):
    name = lease['metadata']['name']
    return {'name': name, 'duration': lease.get('spec', {}).get('leaseDurationSeconds', 0),
            'first': reading(lease), 'second': reading(again[name]) if name in again else None}

def taint_of(text):
    """key=value:Effect, or key:Effect"""
    rest, effect = text.rsplit(':', 1)
    key, _, value = rest.partition('=')
    return key, value, effect

# Each node by its name, with the labels and taints that it must have.
expected = {}
for marks in json.loads(os.environ['EXPECTED']):
    for stem, bounds in marks['names'].items():
        for first, last in zip(bounds[::2], bounds[1::2]):
            expected.update(('%s%d' % (stem, number), marks) for number in range(first, last + 1))

def lacks_of(node):
    """Places in the list of its expected labels, then taints."""
    marks = expected.get(node['metadata']['name'], {'labels': [], 'taints': []})
    labels = {'%s=%s' % pair for pair in node['metadata'].get('labels', {}).items()}
    taints = {(t['key'], t.get('value', ''), t['effect']) for t in node.get('spec', {}).get('taints', [])}
    there = [label in labels for label in marks['labels']] + [taint_of(t) in taints for t in marks['taints']]
    return [place for place, found in enumerate(there) if not found]

def node_of(node):
    meta, spec, name = node['metadata'], node.get('spec', {}), node['metadata']['name']
    conditions = {c['type']: c['status'] for c in node.get('status', {}).get('conditions', [])}
    harmful = [t for t in conditions if t.endswith('Pressure') or t == 'NetworkUnavailable']
    prefix = 'node-role.kubernetes.io/'
    return {
        'ready': conditions.get('Ready', 'Unknown'),
        'version': node.get('status', {}).get('nodeInfo', {}).get('kubeletVersion', ''),
        'roles': sorted(l[len(prefix):] for l in meta.get('labels', {}) if l.startswith(prefix)),
        'lacks': lacks_of(node),
        'voter': conditions.get('EtcdIsVoter', ''),
        'problems': sorted(t for t in harmful if conditions[t] != 'False'),
        'cordoned': bool(spec.get('unschedulable')),
        'stale': name not in heartbeats or not is_fresh(heartbeats[name]),
    }

def ranges(names):
    """Names that count on, as one: [x-agent-, 1, 1000]. The caller takes them apart again."""
    runs = []
    parts = [re.match(r'^(.*?)([1-9]\d*)?$', name).groups() for name in names]
    for stem, number in sorted((stem, int(digits or 0)) for stem, digits in parts):
        if number and runs and runs[-1][0] == stem and runs[-1][-1] == number - 1:
            runs[-1][2] = number
        else:
            runs.append([stem, number, number] if number else [stem])
    return runs

# Nodes that are alike share one line, so that a thousand of them still fit into an answer.
groups = {}
for node in load('nodes').get('items', []):
    groups.setdefault(json.dumps(node_of(node)), []).append(node['metadata']['name'])

def rollout(told, desired, updated, available):
    if told is None:
        return None
    status = told.get('status', {})
    # Until the controller has seen the newest spec, its numbers speak of the old one.
    current = status.get('observedGeneration', 0) >= told['metadata'].get('generation', 0)
    return {'desired': desired(told), 'updated': status.get(updated, 0) if current else 0,
            'available': status.get(available, 0)}

def unready(pod):
    status = pod.get('status', {})
    conditions = {c['type']: c for c in status.get('conditions', [])}
    if conditions.get('Ready', {}).get('status') == 'True':
        return []
    waiting = [c['state']['waiting'].get('reason', '') for c in status.get('containerStatuses', []) if 'waiting' in c.get('state', {})]
    scheduled = conditions.get('PodScheduled', {})
    why = scheduled.get('message') if scheduled.get('status') == 'False' else ', '.join(waiting) or status.get('phase', '')
    return [('%s on %s: %s' % (pod['metadata']['name'], pod['spec'].get('nodeName', 'no node'), why))[:200]]

pods = load('pods').get('items', []) + load('operators').get('items', [])
print(json.dumps({
    'nodes': [dict(json.loads(key), names=ranges(names)) for key, names in groups.items()],
    'leases': {'firstAt': first_at, 'secondAt': second_at, 'list': [lease_of(l) for l in system if l not in identities],
               'apiServers': sorted(l['metadata']['labels'].get('kubernetes.io/hostname', '') for l in identities if is_fresh(l))},
    'cilium': {
        'daemonset': rollout(load('daemonset'), lambda told: told.get('status', {}).get('desiredNumberScheduled', 0),
                             'updatedNumberScheduled', 'numberAvailable'),
        'operator': rollout(load('operator'), lambda told: told['spec'].get('replicas', 1),
                            'updatedReplicas', 'availableReplicas'),
        'unready': [line for pod in pods for line in unready(pod)][:5],
    },
    'end': True,
}, separators=(',', ':')))
PYTHON
