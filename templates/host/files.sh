# make_folder FOLDER: creates a folder for its owner alone. Those above it get the usual permissions, and what a link leads to
# keeps its own: it may be the system's.
make_folder() {
  (umask 022 && mkdir -p "$1")
  [ -L "$1" ] || chmod 0700 "$1"
}

# not_written FILE: ends the script because a file could not be written. A shell says why only if it could not create the file.
not_written() {
  [ ! -e "$1.new" ] || printf '%s\n' "$PWD/$1 can't be written: no space left on device, or the user's quota is used up" >&2
  exit 1
}

# write_file FILE RIGHTS CONTENT: writes a file so that nobody sees it incomplete and others can never read it. The shell's own
# printf writes it, so no process list shows the content. A folder of that name is removed first: a file renamed onto it would
# end up inside.
write_file() {
  rm -rf "$1.new"
  [ -L "$1" ] || ! [ -d "$1" ] || rm -rf "$1"
  printf %s "$3" >"$1.new" || not_written "$1"
  chmod "$2" "$1.new"
  mv -f "$1.new" "$1"
}

# clear_way FOLDER: makes way for a folder of this program and those above it. A link in its place is removed, a file is
# renamed, and its new name printed.
clear_way() {
  [ ! -L "$1" ] || rm "$1"
  above=$1
  while [ -n "$above" ]; do
    [ -d "$above" ] || [ ! -e "$above" ] || {
      mv "$above" "$above.set-aside.$$"
      printf '%s\n' "the file $above was set aside as $above.set-aside.$$"
    }
    above=${above%/*}
  done
}

# lay_down FOLDER [FILE CONTENT]…: creates a folder with files that only its owner may read.
lay_down() {
  clear_way "$1"
  make_folder "$1"
  cd "$1" || exit
  shift
  while [ $# -gt 0 ]; do
    write_file "$1" 0400 "$2"
    shift 2
  done
}

# lay_down_first FOLDER [FILE CONTENT]…: the same for files that others change later. Existing ones stay.
lay_down_first() {
  if [ -L "$1" ] || ! [ -d "$1" ]; then clear_way "$1"; fi
  make_folder "$1"
  cd "$1" || exit
  shift
  while [ $# -gt 0 ]; do
    case $1 in */*)
      if [ -L "${1%%/*}" ] || ! [ -d "${1%%/*}" ]; then rm -f "${1%%/*}"; fi
      make_folder "${1%%/*}"
      ;;
    esac
    [ -f "$1" ] || write_file "$1" 0600 "$2"
    shift 2
  done
}

# must_be_writable USER ROOT FOLDER…: ends the script if a folder exists that the user can't write to. A file in its place gives
# way later. Needs fail.sh.
must_be_writable() {
  user=$1 root=$2
  shift 2
  for folder; do
    if [ -d "$folder" ] && ! [ -w "$folder" ]; then
      fail "user $user can't write to $folder: Docker created it for a container that mounts a folder below it. Give it to the user (sudo chown -R $user $root), then run again."
    fi
  done
}
