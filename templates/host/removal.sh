# read_mounts: reads what the containers of this program mount. Ends the script if the engine does not answer. Needs fail.sh.
read_mounts() {
  mounts=$(docker ps --all --no-trunc --filter label=datadog-hosts.role --format '{{.Mounts}}' 2>&1) ||
    fail "the Docker engine does not answer, and nothing was removed ($(echo "$mounts" | tail -n 1)). Start it, then run again."
  mounts=,$(echo "$mounts" | tr '\n' ,),
}

# is_used FOLDER: whether a container of this program mounts the folder, or something in it. Its path may contain the commas
# between which Docker lists the mounts.
is_used() {
  case ${mounts?} in *",$1,"* | *",$1/"*) return 0 ;; esac
  return 1
}

# remove_folder ROOT FOLDER…: removes folders with their contents, and then each empty folder above them, up to the root.
# Folders in use stay: when files are replaced, the new ones are in use; when a host leaves the stack, its containers were
# removed before. Needs read_mounts.
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

# remove_empty ROOT FOLDER…: removes folders and those above them, up to the root, if they are empty and not in use.
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

# must_be_todays ROOT FOLDER MANIFEST: runs before files are created as a new resource. If an earlier version of this program
# created the files that containers use, the state holds its delete script, which would remove the new files as well. Only
# today's folders have a manifest. Needs read_mounts.
must_be_todays() {
  for folder in "$2"/*; do
    if is_used "$folder" && [ -d "$folder" ] && ! [ -e "$folder/$3" ]; then
      fail "an earlier version of this program created the files in $1, and its delete script would remove the new ones as well. Nothing was changed. Run up once without --replace, then with it. If the stack's state has lost this host, remove its containers instead (docker rm -f dd-agent datadog-gen), then run again."
    fi
  done
}
