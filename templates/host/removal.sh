# read_mounts: what the containers of this program mount. Ends the script where the engine can't be asked. Needs fail.sh.
read_mounts() {
  mounts=$(docker ps --all --no-trunc --filter label=datadog-hosts.role --format '{{.Mounts}}' 2>&1) ||
    fail "the Docker engine does not answer, and nothing was removed ($(echo "$mounts" | tail -n 1)). Start it, then run again."
  mounts=$(echo "$mounts" | tr , '\n')
}

# is_used FOLDER: whether a container of this program mounts it, or something in it.
is_used() {
  : "${mounts?}"
  while IFS= read -r source; do
    case $source in "$1" | "$1"/*) return 0 ;; esac
  done <<end
$mounts
end
  return 1
}

# remove_folder ROOT FOLDER…: removes folders with all in them, and those above them up to the root that are empty then.
# What is used stays: in a replacement of the files, the new ones are; when a host leaves the stack, its containers have
# gone before. Needs read_mounts.
remove_folder() {
  root=$1
  shift
  for folder; do
    ! is_used "$folder" || continue
    answer=$(rm -rf "$folder" 2>&1) ||
      fail "$folder can't be removed ($(echo "$answer" | tail -n 1)). Remove it on the host as root (chattr -R -i $folder; rm -rf $folder), then run again."
    remove_empty "$root" "${folder%/*}"
  done
}

# remove_empty ROOT FOLDER…: removes folders and those above them up to the root, as far as they are empty and not used.
remove_empty() {
  root=$1
  shift
  for path; do
    while [ "$path" = "$root" ] || [ "${path#"$root"/}" != "$path" ]; do
      ! is_used "$path" || break
      rmdir "$path" 2>/dev/null || true
      path=${path%/*}
    done
  done
}

# must_be_todays ROOT FOLDER MANIFEST: runs before files are made as a new resource. Where an earlier version of this program
# has made those that containers use, the state holds its delete script, which would remove the new ones with the old.
# Today's folders are told from those by their manifest. Needs read_mounts.
must_be_todays() {
  for folder in "$2"/*; do
    if is_used "$folder" && [ -d "$folder" ] && ! [ -e "$folder/$3" ]; then
      fail "an earlier version of this program has made what lies in $1, and its delete script would remove what is made anew. Nothing was touched. Run up once without --replace, then with it. Where the stack's state has lost this host, remove its containers instead (docker rm -f dd-agent datadog-gen), then run again."
    fi
  done
}
