# rename_container ID NAME: renames a container, even one that keeps restarting. Docker can't rename it while it waits for its
# next start, so it is stopped first.
rename_container() {
  docker rename "$1" "$2" 2>/dev/null || {
    docker stop "$1" >/dev/null
    docker rename "$1" "$2"
  }
}
