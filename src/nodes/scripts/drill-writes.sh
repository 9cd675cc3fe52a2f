# shellcheck shell=bash
# What the writer noted since SINCE (ms since the epoch): how many writes were accepted, and the longest time without one.
: "${SINCE:?}"

dir=$OWN_DATA/drill
mkdir -p "$dir"
touch "$dir/writes"
running=false
if [[ -s $dir/pid ]] && kill -0 "$(<"$dir/pid")" 2>/dev/null; then running=true; fi

# The time from the last accepted write until now counts too: writes may still be stopped.
awk -v since="$SINCE" -v now="$(date +%s%3N)" -v running="$running" '
  $2 == "no" && $1 >= since { refused++ }
  $2 == "ok" {
    if (last && $1 >= since && $1 - last > gap) gap = $1 - last
    last = $1
    if ($1 >= since) accepted++
  }
  END {
    open = last ? now - last : 0
    if (running == "true" && open > gap) gap = open
    printf "{\"running\":%s,\"accepted\":%d,\"refused\":%d,\"longestGapMs\":%d,\"sinceLastMs\":%d,\"now\":%.0f,\"end\":true}\n",
      running, accepted, refused, gap, open, now
  }' "$dir/writes" >&3
