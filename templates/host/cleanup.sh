# keep_only FOLDER NAME…: removes what stands in a folder beside these.
keep_only() {
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

# unlist FILE…: takes configs from where an agent reads them. They stay beside it, as FILE.gone, until forget_unlisted: by
# them the next run knows whom to tell where this one is cut off.
unlist() {
  for file; do
    [ ! -e "$file" ] || mv -f "$file" "$file.gone"
  done
}

# tell_of_unlisted SIGNAL CONTAINER FILE…: sends the signal where one of the files has gone.
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

# forget_unlisted FILE…
forget_unlisted() {
  for file; do rm -f "$file.gone"; done
}
