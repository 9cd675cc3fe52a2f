# shellcheck shell=bash disable=SC2154 # as_admin and server come from check-conformance-run.sh
# How far the conformance run is, after waiting for its end for at most WITHIN seconds; once it ended, the summary of its
# log, and it is deleted.
: "${NAMESPACE:?}" "${WITHIN:?}"

dir=$(mktemp -d)
trap 'on_exit; rm -rf "$dir"' EXIT
pod=/api/v1/namespaces/$NAMESPACE/pods/conformance

# A missing pod is an empty file.
look() {
  local code
  code=$(api GET "$pod" "$dir/pod")
  case $code in
    200) ;;
    404) : >"$dir/pod" ;;
    *) fail "the pod: HTTP $code $(head -c 200 "$dir/pod")" ;;
  esac
}
ended() { grep -Eq '"phase": *"(Succeeded|Failed)"' "$dir/pod"; }

# The API tells each change of the pod, so its end is noticed at once, and asks for nothing meanwhile.
await_end() {
  local watch="/api/v1/namespaces/$NAMESPACE/pods?watch=true&fieldSelector=metadata.name%3Dconformance"
  exec 4< <(exec "${as_admin[@]}" -N -m "$WITHIN" "$server$watch")
  local watcher=$!
  grep -Eqm 1 '"phase": *"(Succeeded|Failed)"' <&4 || true
  kill "$watcher" 2>/dev/null || true
  exec 4<&-
}

look
if ! ended && ((WITHIN)); then
  await_end
  look
fi
: >"$dir/log"
cleaned=false
if ended; then
  # A log that can't be read is no summary: the run will count as one that could not be carried out.
  api GET "$pod/log" "$dir/log" >/dev/null
  if delete_run; then cleaned=true; fi
fi

CLEANED="$cleaned" DIR="$dir" python3 -IS - <<'PYTHON' >&3
import json, os, re

def read(name):
    with open(os.path.join(os.environ['DIR'], name), errors='replace') as file:
        return file.read()

pod = json.loads(read('pod')) if read('pod').strip() else {}
status = pod.get('status', {})
states = [c.get('state', {}) for c in status.get('containerStatuses', [])]
waiting = [s['waiting'].get('reason', '') for s in states if 'waiting' in s]
ended = ['exit code %s %s' % (s['terminated'].get('exitCode'), s['terminated'].get('reason', '')) for s in states
         if s.get('terminated', {}).get('exitCode')]
scheduled = [c for c in status.get('conditions', []) if c['type'] == 'PodScheduled' and c['status'] == 'False']
reason = ['%s %s' % (c.get('reason', ''), c.get('message', '')) for c in scheduled] or waiting or ended
reason = reason or [status.get('reason', '') or status.get('message', '')]

lines = [re.sub(r'\x1b\[[0-9;]*m', '', line).strip() for line in read('log').splitlines()]
summary = [l for l in lines if re.match(r'Ran \d+ of \d+ Specs in |(SUCCESS|FAIL)! -- ', l)]
failures = list(dict.fromkeys(l for l in lines if l.startswith('[FAIL] ')))[:8]
lines = summary + failures if summary else [l for l in lines if l][-6:]
print(json.dumps({
    'phase': status.get('phase', 'Pending') if pod else 'Missing', 'reason': reason[0].strip()[:300],
    'node': pod.get('spec', {}).get('nodeName', ''), 'lines': [l[:200] for l in lines],
    'cleaned': os.environ['CLEANED'] == 'true', 'end': True,
}, separators=(',', ':')))
PYTHON
