# shellcheck shell=bash
# Stands before a script that changes objects from a server. An API server that is busy or away is "not yet", which the
# caller waits for; a refusal is an error.
export KUBECONFIG=/etc/rancher/rke2/rke2.yaml
missing='' said=''

# What kubectl said is in `said`; what stands in the way, in `missing`, and then nothing more is tried.
try_kubectl() {
  [ -z "$missing" ] || return 0
  if ! said=$(kubectl --request-timeout=20s "$@" 2>&1); then
    case $said in
      *'Error from server (NotFound)'* | *'Error from server (Forbidden)'* | *'Error from server (Invalid)'* | *'Error from server (BadRequest)'*)
        fail "$said"
        ;;
    esac
    missing=${said##*$'\n'}
    missing=${missing:-kubectl failed}
  fi
}
