# shellcheck shell=bash
# Makes sure that RKE2 is on the node, as user data should have done at boot. Starts nothing.
install_rke2
answer "{\"version\":\"$RKE2_VERSION\",\"fresh\":${fresh:?}}"
