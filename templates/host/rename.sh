# rename_container ID NAME: also one that ends again and again. Docker can't rename such a container while it waits for its
# next start, so it is stopped then.
rename_container() {
  docker rename "$1" "$2" 2>/dev/null || {
    docker stop "$1" >/dev/null
    docker rename "$1" "$2"
  }
}
