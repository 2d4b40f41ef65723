# writable_folder FOLDER RIGHTS: creates a folder that a container writes to. Those above it get the usual permissions.
writable_folder() {
  (umask 022 && mkdir -p "$1")
  [ -L "$1" ] || chmod "$2" "$1"
}
