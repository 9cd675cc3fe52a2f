# shellcheck shell=bash
# Starts a member whose rke2-server was stopped. It has its configuration and its data, so it joins nobody anew.
systemctl enable rke2-server
# A stop between two attempts keeps the counter of failures, and they would be taken for new ones.
systemctl reset-failed rke2-server || true
systemctl start --no-block rke2-server
answer '{"started":true}'
