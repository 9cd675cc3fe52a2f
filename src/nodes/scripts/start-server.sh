# shellcheck shell=bash
# Starts a member whose rke2-server was stopped. It has its configuration and its data, so it joins nobody anew.
systemctl enable rke2-server
systemctl start --no-block rke2-server
answer '{"started":true}'
