# containers_with LABEL=VALUE…: the ids of the containers that have all these labels, running or not.
containers_with() {
  for label; do
    set -- "$@" --filter "label=$label"
    shift
  done
  docker ps --all --quiet "$@"
}
