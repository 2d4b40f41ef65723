# keep_only FOLDER NAME…: removes everything in a folder except these. What a link leads to may be somebody else's, and stays.
keep_only() {
  [ ! -L "$1" ] || return 0
  cd "$1" || exit
  shift
  for entry in *; do
    kept=no
    for name; do
      [ "$entry" != "$name" ] || kept=yes
    done
    [ "$kept" = yes ] || rm -rf "./$entry"
  done
}

# unlist FILE…: renames configs to FILE.gone, so that the agent no longer reads them. forget_unlisted removes them. If this run
# is cut off in between, the next one still finds them, and signals the agent.
unlist() {
  for file; do
    [ ! -e "$file" ] || mv -f "$file" "$file.gone"
  done
}

# tell_of_unlisted SIGNAL CONTAINER FILE…: sends the signal if one of the files was unlisted.
tell_of_unlisted() {
  signal=$1 container=$2
  shift 2
  for file; do
    if [ -e "$file.gone" ]; then
      docker kill --signal "$signal" "$container" >/dev/null
      return
    fi
  done
}

# forget_unlisted FILE…: removes what unlist has left.
forget_unlisted() {
  for file; do rm -f "$file.gone"; done
}

# remove_orphans SIGNAL CONTAINER FOLDER NAME…: removes what the generator wrote for checks that nobody knows any more, such as
# those of a stack's own integration whose folder is gone: configs, and folders of configs, that have none of these names.
# Sends the signal, if there is one, to a container that may have read such a config. What others put there stays.
remove_orphans() {
  signal=$1 container=$2
  cd "$3" || return 0
  shift 3
  renamed=no
  for entry in *.d *.yaml *.yaml.gone; do
    is_generated "$entry" || continue
    for name; do
      [ "${entry%.gone}" != "$name" ] || continue 2
    done
    case $entry in
      *.d) rm -rf "./$entry" ;;
      *.gone) renamed=yes ;;
      *) renamed=yes && mv -f "./$entry" "./$entry.gone" ;;
    esac
  done
  [ "$renamed" = yes ] || return 0
  [ -z "$signal" ] || docker kill --signal "$signal" "$container" >/dev/null
  for entry in *.yaml.gone; do
    ! is_generated "$entry" || rm -f "./$entry"
  done
}

# is_generated PATH: whether a file says that it is generated, or each file in a folder.
is_generated() {
  [ -e "./$1" ] && [ ! -L "./$1" ] || return 1
  [ -z "$(find "./$1" -type f ! -exec grep -q "changes by hand are lost" {} \; -print)" ]
}
