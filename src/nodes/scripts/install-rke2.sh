# shellcheck shell=bash
# Unpacks the staged artifacts. Starts nothing.
stage_rke2
installed=$(cat "$OWN_DATA/installed" 2>/dev/null || true)
if [ "$installed" != "$RKE2_VERSION" ]; then
  arch=$(architecture)
  staged=$OWN_DATA/artifacts/$RKE2_VERSION
  # Units and programs must be readable to all, unlike everything else that these scripts write.
  (umask 022 && tar -xzf "$staged/rke2.linux-$arch.tar.gz" -C /usr/local)
  mkdir -p "$RKE2_DATA/agent/images"
  rm -f "$RKE2_DATA/agent/images"/rke2-images-*
  cp --link "$staged"/rke2-images-*.tar.zst "$RKE2_DATA/agent/images/" 2>/dev/null ||
    cp "$staged"/rke2-images-*.tar.zst "$RKE2_DATA/agent/images/"
  systemctl daemon-reload
  printf '%s' "$RKE2_VERSION" >"$OWN_DATA/installed"
fi
answer "{\"version\":\"$RKE2_VERSION\",\"fresh\":$([ "$installed" = "$RKE2_VERSION" ] && echo false || echo true)}"
