# make_room LABEL=VALUE…: removes the containers with exactly these labels, whatever they are called by now: an `up` that
# was cut off has made them and could not note them down. Needs containers-with.sh.
make_room() {
  for orphan in $(containers_with "$@"); do
    docker rm --force "$orphan" >/dev/null
  done
}
