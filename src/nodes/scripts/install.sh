# shellcheck shell=bash
# Fetches the artifacts of one RKE2 version, verifies and unpacks them: by user data at boot, and again before a start,
# when it finds the work done or waits for it. Safe to run twice and at the same time: one lock, and a file gets its name only when it is whole.
: "${RKE2_VERSION:?}" "${ARTIFACTS_URL:?}"

architecture() {
  case "$(uname -m)" in
    x86_64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "RKE2 has no artifacts for $(uname -m)" ;;
  esac
}

fetch() {
  local url=$1 file=$2
  curl -fsSL --retry 5 --retry-connrefused --connect-timeout 10 --max-time 900 -o "$file.part" "$url" ||
    fail "cannot download $url"
  mv "$file.part" "$file"
}

# Without the core and cilium images the first start would pull about 1 GB from a registry.
artifacts_of() { printf '%s\n' "rke2.linux-$1.tar.gz" "rke2-images-core.linux-$1.tar.zst" "rke2-images-cilium.linux-$1.tar.zst"; }

stage_one() {
  local file=$1 expected actual
  expected=$(awk -v file="$file" '$2 == file || $2 == "*" file { print $1 }' sha256sum.txt)
  [ -n "$expected" ] || fail "cannot download $file: the checksum list of $RKE2_VERSION does not name it"
  [ -f "$file" ] || fetch "$ARTIFACTS_URL/$file" "$file"
  actual=$(sha256sum "$file" | cut -d ' ' -f 1)
  if [ "$actual" != "$expected" ]; then
    rm -f "$file"
    fail "sha256 of $file is $actual, and should be $expected"
  fi
}

stage_rke2() {
  local arch file pid pids=()
  arch=$(architecture)
  mkdir -p "$OWN_DATA/artifacts/$RKE2_VERSION"
  cd "$OWN_DATA/artifacts/$RKE2_VERSION" || fail "no directory for artifacts"
  exec 9>"$OWN_DATA/stage.lock"
  flock 9
  if [ ! -e complete ]; then
    fetch "$ARTIFACTS_URL/sha256sum-$arch.txt" sha256sum.txt
    for file in $(artifacts_of "$arch"); do
      stage_one "$file" 9>&- &
      pids+=("$!")
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    touch complete
  fi
  exec 9>&-
}

# Unpacks what was staged, under the same lock. Starts nothing. Sets `fresh`.
install_rke2() {
  local arch staged
  stage_rke2
  arch=$(architecture)
  staged=$OWN_DATA/artifacts/$RKE2_VERSION
  fresh=false
  exec 9>"$OWN_DATA/stage.lock"
  flock 9
  if [ "$(cat "$OWN_DATA/installed" 2>/dev/null)" != "$RKE2_VERSION" ]; then
    # Units and programs must be readable to all, unlike everything else that these scripts write.
    (umask 022 && tar -xzf "$staged/rke2.linux-$arch.tar.gz" -C /usr/local)
    mkdir -p "$RKE2_DATA/agent/images"
    rm -f "$RKE2_DATA/agent/images"/rke2-images-*
    cp --link "$staged"/rke2-images-*.tar.zst "$RKE2_DATA/agent/images/" 2>/dev/null ||
      cp "$staged"/rke2-images-*.tar.zst "$RKE2_DATA/agent/images/"
    systemctl daemon-reload
    printf '%s' "$RKE2_VERSION" >"$OWN_DATA/installed"
    # shellcheck disable=SC2034 # read by the script that follows
    fresh=true
  fi
  exec 9>&-
}
