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
