# shellcheck shell=bash
# Stands after the function `collect`, which writes text to file descriptor 3. Run Command carries 24,000 characters of an
# answer; packed, logs shrink to a tenth. What is still too long loses its oldest lines.
logs=$(mktemp)
collect 3>"$logs" || true
for bytes in 400000 200000 100000 50000 25000 12000; do
  packed=$(tail -c "$bytes" "$logs" | gzip -9 | base64 -w 0)
  [ "${#packed}" -gt 20000 ] || break
done
rm -f "$logs"
answer "{\"packed\":\"$packed\"}"
