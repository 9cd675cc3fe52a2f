# shellcheck shell=bash
# What this server's own etcd member and own API server say. Only asks; each question has its own time limit.
tls=$RKE2_DATA/server/tls

dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT

# ask NAME CURL-ARGUMENTS…: the body to NAME, the status to NAME.code, a failure's text to NAME.error
ask() {
  curl -sS -m 6 -o "$dir/$1" -w '%{http_code}' "${@:2}" >"$dir/$1.code" 2>"$dir/$1.error" || true
}

# etcd's JSON gateway: it writes 64-bit ids as strings, and needs no etcdctl, which RKE2 does not install
gateway() {
  ask "$1" --cacert "$tls/etcd/server-ca.crt" --cert "$tls/etcd/client.crt" --key "$tls/etcd/client.key" \
    -X POST -d "$3" "https://127.0.0.1:2382$2"
}

ask health http://127.0.0.1:2381/health &
ask metrics http://127.0.0.1:2381/metrics &
gateway status /v3/maintenance/status '{}' &
gateway members /v3/cluster/member/list '{}' &
gateway alarms /v3/maintenance/alarm '{"action":"GET","alarm":"NONE"}' &
# This server's own API server, not whichever answers. Anonymous requests get 401, from a dead one too.
ask readyz --cacert "$tls/server-ca.crt" --cert "$tls/client-admin.crt" --key "$tls/client-admin.key" \
  'https://127.0.0.1:6443/readyz?verbose' &
wait

DIR="$dir" python3 -IS - <<'PYTHON' >&3
import json, os, re, socket

def read(name):
    try:
        with open(os.path.join(os.environ['DIR'], name), errors='replace') as file:
            return file.read()
    except OSError:
        return ''

errors = []

def answer(name):
    """The JSON that was answered with status 200, or None with the reason noted."""
    code = read(name + '.code')
    try:
        body = json.loads(read(name)) or {}
    except ValueError:
        body = {}
    if code == '200':
        return body
    said = body.get('message') or body.get('reason') or read(name + '.error').strip() or 'HTTP ' + code
    errors.append((name + ': ' + said)[:160])
    return None

def metric(name):
    found = re.search('^' + name + r' (\S+)$', read('metrics'), re.M)
    return float(found.group(1)) if found else 0

def status_of(told):
    head = told['header']
    return {
        'clusterId': head['cluster_id'], 'memberId': head['member_id'],
        'leader': told.get('leader', ''), 'term': told.get('raftTerm', ''),
        'applied': int(told.get('raftAppliedIndex', 0)), 'version': told.get('version', ''),
        'learner': told.get('isLearner', False), 'dbSize': int(told.get('dbSize', 0)),
        'errors': told.get('errors', []),
    }

def member_of(told):
    return {'id': told['ID'], 'name': told.get('name', ''), 'learner': told.get('isLearner', False),
            'peer': re.sub(r'^\w+://|:\d+$', '', (told.get('peerURLs') or [''])[0])}

def alarm_of(told):
    kind = told.get('alarm', 'NONE')
    return {1: 'NOSPACE', 2: 'CORRUPT'}.get(kind, str(kind)) + ' ' + str(told.get('memberID', ''))

health, status, members, alarms = (answer(name) for name in ('health', 'status', 'members', 'alarms'))
parts = read('readyz').splitlines()
failed = [re.search(r'\[-\](\S+)', line).group(1) for line in parts if '[-]' in line]
ready = any(line.strip() == 'readyz check passed' for line in parts)
said = read('readyz.error').strip().splitlines() or ['HTTP %s: %s' % (read('readyz.code'), ' '.join(parts))]
error = '' if ready or failed else said[-1][:200]

print(json.dumps({
    'hostname': socket.gethostname(),
    'etcd': {
        'healthy': bool(health) and health.get('health') == 'true',
        'reason': '' if health else next((e for e in errors if e.startswith('health: ')), '')[8:],
        'isLeader': metric('etcd_server_is_leader') == 1,
        'quota': int(metric('etcd_server_quota_backend_bytes')),
        'status': status_of(status) if status else None,
        'members': [member_of(told) for told in members.get('members', [])] if members else None,
        'alarms': None if alarms is None else [alarm_of(told) for told in alarms.get('alarms', [])],
        'errors': errors,
    },
    'api': {'ready': ready, 'parts': sum('[+]' in line for line in parts), 'failed': failed, 'error': error},
    'end': True,
}, separators=(',', ':')))
PYTHON
