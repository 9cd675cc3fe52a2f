#!/usr/bin/env bash
# Sets the status of a commit. bash and curl only: runners of one's own have neither gh nor jq.
set -euo pipefail
: "${STATE:?}" "${CONTEXT:?}" "${SHA:?}" "${TOKEN:?}" "${GITHUB_API_URL:?}" "${GITHUB_REPOSITORY:?}" "${GITHUB_OUTPUT:?}"
# Whether this is the run of a fork or of Dependabot, whose token may only read.
: "${READ_ONLY:=false}"

# GitHub refuses a longer description (422, "description is too long (maximum is 140 characters)").
LONGEST_DESCRIPTION=140

# A string as JSON. Control characters have no place in one line of text and become spaces.
json() {
  local text=${1//[[:cntrl:]]/ }
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

state_of() {
  case $1 in
    pending | success | failure | error) printf '%s' "$1" ;;
    # Nothing was proven, so never green.
    cancelled | skipped) printf error ;;
    *)
      echo "::error::state: write pending, success, failure or error, or hand over the result of a job; not \"$1\"" >&2
      return 1
      ;;
  esac
}

body() {
  local description=${DESCRIPTION:-}
  # Counted in characters, not in bytes, whatever the locale of the runner is.
  local LC_ALL=C.UTF-8
  if ((${#description} > LONGEST_DESCRIPTION)); then
    description=${description:0:LONGEST_DESCRIPTION-1}…
  fi
  printf '{"state":%s,"context":%s,"description":%s' "$(json "$1")" "$(json "$CONTEXT")" "$(json "$description")"
  if [ -n "${TARGET_URL:-}" ]; then printf ',"target_url":%s' "$(json "$TARGET_URL")"; fi
  printf '}'
}

# The token goes in through standard input: arguments can be read by every process of the machine.
post() {
  printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
    curl --config - --silent --show-error --max-time 30 --retry 3 --retry-delay 2 \
      --output "$answer" --write-out '%{http_code}' \
      --header 'Accept: application/vnd.github+json' --header 'Content-Type: application/json' \
      --header 'X-GitHub-Api-Version: 2022-11-28' --user-agent rke2-action \
      --data-binary "$1" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/statuses/$SHA"
}

refused() {
  echo "::error::GitHub refused the status with HTTP $status: $(tr '\n' ' ' <"$answer" | head -c 500)$1"
  exit 1
}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
state=$(state_of "$STATE")
status=$(post "$(body "$state")") || status=000

case $status in
  201)
    echo "$CONTEXT is $state on $SHA"
    echo reported=true >>"$GITHUB_OUTPUT"
    ;;
  # 404 is what a token gets that may not even see the statuses; a 403 may be a rate limit or a list of addresses too.
  403 | 404)
    if [ "$READ_ONLY" != true ] || ! grep -qE 'Resource not accessible|Not Found' "$answer"; then
      refused " Give the job 'permissions: statuses: write'."
    fi
    echo "::notice::$CONTEXT is $state, but GitHub let nobody write it down: the token may only read (HTTP $status). In a run of a fork or of Dependabot that is always so: require the check of the job instead."
    echo reported=false >>"$GITHUB_OUTPUT"
    ;;
  000)
    echo "::error::no answer from $GITHUB_API_URL, so $CONTEXT is not $state"
    exit 1
    ;;
  *) refused '' ;;
esac
