# tell_aside NAME…: prints the names of containers of others that had one of these names, and that a repair has stopped and
# renamed. Only a person can say whether they are still needed.
tell_aside() {
  for name; do
    docker ps --all --filter "name=^/?${name}[.]set-aside-" --format '{{.Names}}'
  done
}
