# Finds what is missing, edited, open to others or can't be written to on a host, and changes nothing. Few processes serve many
# files.
#
# root        the host's root folder
# manifest    the name of the file that lists a folder's files

tab=$(printf '\t')
nl='
'
user=$(id -u)

# tell FIELD…: a line of fields with tabs between, in one piece: others write at the same time.
tell() {
  line=$1
  shift
  for field; do line=$line$tab$field; done
  printf '%s\n' "$line"
}

# root_is_open: what is in a root folder that the user can't enter would look as if it were gone.
root_is_open() {
  if [ -d "${root:?}" ] && ! [ -x "$root" ]; then
    tell unwritable "$root"
    return 1
  fi
}

# is_link PATH: whether a link stands where this program has made a folder. The root folder may well be one.
is_link() { [ -L "$1" ] && [ "$1" != "${root:?}" ]; }

# is_hidden PATH: whether the user can't see what is there, since a folder above can't be entered; are_writable tells of that.
is_hidden() {
  above=${1%/*}
  while [ -n "$above" ] && ! [ -e "$above" ]; do above=${above%/*}; done
  [ -d "$above" ] && ! [ -x "$above" ]
}

# paths_are_there PATH…: what is generated is there itself, not behind a link, which may lead to a folder of the system.
paths_are_there() {
  for path; do
    case $path in "${root:?}/generated/"*) ! is_link "$path" || tell gone "$path" ;; esac
    [ -e "$path" ] || is_hidden "$path" || tell gone "$path"
  done
}

# files_are_there FILE…
files_are_there() {
  for file; do [ -f "$file" ] || is_hidden "$file" || tell gone "$file"; done
}

# are_writable FOLDER…: of those that are there; what can't be entered can't be written to either.
are_writable() {
  for folder; do
    if is_link "$folder" || [ ! -d "$folder" ]; then continue; fi
    if ! [ -w "$folder" ] || ! [ -x "$folder" ]; then tell unwritable "$folder"; fi
  done
}

# are_closed PATTERN FOLDER…: the folders whose mode and owner fit the pattern are not. Of one that is for its owner alone, the
# owner is compared, too.
are_closed() {
  pattern=$1
  shift
  stat -L -c '%a %u %n' "$@" 2>/dev/null | while read -r mode owner path; do
    if is_link "$path" || ! [ -d "$path" ]; then continue; fi
    [ "$pattern" != '700 *' ] || [ "$owner" = "$user" ] || mode=foreign
    # shellcheck disable=SC2254 # It is a pattern.
    case "$mode $owner" in $pattern) ;; *) tell open "$path" ;; esac
  done
}

# is_as_listed FOLDER [LIST]: a folder that lists its files; the list is its own, unless another is known.
is_as_listed() {
  listing=$1/${manifest:?}
  if [ -L "$1" ] || ! [ -d "$1" ]; then
    is_hidden "$1" || tell gone "$1"
  elif ! [ -x "$1" ]; then
    tell rights "$1"
  elif ! [ -f "$listing" ]; then
    tell gone "$listing"
  elif ! [ -r "$listing" ]; then
    tell rights "$listing"
  else
    list=$(cat "$listing")
    [ "${2-$list}" = "$list" ] && [ -n "$list" ] || tell edited "$listing"
    files_are_as_listed "$1" "${2-$list}"
  fi
}

# files_are_as_listed FOLDER LIST: each file is compared with its line.
files_are_as_listed() (
  folder=$1
  list=$2
  set --
  while read -r _ name; do
    [ -n "$name" ] || continue
    file=$folder/$name
    if ! [ -f "$file" ]; then
      tell gone "$file"
    elif [ -L "$file" ] || ! [ -r "$file" ]; then
      tell rights "$file"
    else
      set -- "$@" "$file"
    fi
  done <<end
$list
end
  [ $# -gt 0 ] || exit 0
  sums=$nl$(sha256sum "$@")$nl
  modes=$nl$(stat -c '%a %u %n' "$@")$nl
  for file; do
    before=${sums%%"  $file$nl"*}
    sum=${before##*"$nl"}
    case "$nl$list$nl" in
      *"$nl$sum  ${file##*/}$nl"*) ;;
      *)
        tell edited "$file"
        continue
        ;;
    esac
    case $modes in *"${nl}400 $user $file$nl"*) ;; *) tell rights "$file" ;; esac
  done
)
