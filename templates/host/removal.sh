# remove_folder ROOT FOLDER…: removes folders with all in them, and those above them up to the root that are empty then.
remove_folder() {
  root=$1
  shift
  for folder; do
    rm -rf "$folder"
    remove_empty "$root" "${folder%/*}"
  done
}

# remove_empty ROOT FOLDER…: removes folders and those above them up to the root, as far as they are empty.
remove_empty() {
  root=$1
  shift
  for path; do
    while [ "$path" = "$root" ] || [ "${path#"$root"/}" != "$path" ]; do
      rmdir "$path" 2>/dev/null || true
      path=${path%/*}
    done
  done
}

# unless_in_use LABEL=VALUE…: ends the script, with success, while containers with all these labels are there. Needs fail.sh
# and containers-with.sh.
unless_in_use() {
  containers=$(containers_with "$@") || fail "the Docker engine does not answer, and nothing was removed. Start it, then run again."
  [ -z "$containers" ] || exit 0
}
