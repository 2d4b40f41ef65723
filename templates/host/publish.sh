# Run by docker-gen after each rendering: lays the draft's files where they are read. `publish.sh NAME` publishes the
# draft NAME into the folder NAME; without a name it publishes what is not published yet, and makes docker-gen render
# again where a password file has changed.
# Each file is renamed into place, so nobody ever reads half of one, and only where it differs. However many files there
# are, a publication starts the same few processes for each folder.
# Configs hold passwords: they are the agent's alone. Status pages hold none, and web servers may have dropped all rights.
# Folders go to the owner of the whole, who could not remove them else.
#
# drafts       the folder of what docker-gen renders
# generated    the folder of what is read, by service
# templates    the folder of docker-gen's templates
# names        the drafts that are published, with blanks between
# own_port     those of them that are status pages with a port of their own
# passwords    the folder of the password files; empty where there are none
set -eu
: "${drafts:?}" "${generated:?}" "${templates:?}" "${names:?}" "${own_port?}" "${passwords?}"
owner=$(stat -c %u:%g "$generated")

# Each run has working folders of its own: docker-gen's notice and the health check may come together. Whatever ends a
# run takes them away; what a killed one has left goes here.
trap 'rm -rf "$drafts"/.work.*."$$" "$generated"/.new.*."$$"' EXIT
find "$drafts" "$generated" -mindepth 1 -maxdepth 1 \( -name '.work.*' -o -name '.new.*' \) -mmin +2 -exec rm -rf {} +

# The processes of a container whose cgroup names it: the oldest is its first one. Not by the number that it has inside:
# where process ids are the host's it has none of its own. What a process calls itself may hold anything, a bracket too.
first_process() {
  grep -l -s "$1" /proc/[0-9]*/cgroup | while read -r process; do
    process=${process%/cgroup}
    awk -v id="${process#/proc/}" '{ text = text $0 " " } END { sub(/.*\) /, "", text); split(text, field, " "); print field[20], id }' \
      "$process/stat" 2>/dev/null || true
  done | sort -n | awk 'NR == 1 { print $2 }'
}

# Sends a signal to a container's first process. Not through the engine: whatever signal comes from there, Docker takes
# the container for stopped by hand, and one that restarts "unless-stopped" is not started after the next boot.
tell() {
  first=$(first_process "$2")
  [ -z "$first" ] || kill -"$1" "$first"
}

publish() {
  case $1 in datadog) umask 077 ;; *) umask 022 ;; esac
  draft=$drafts/$1
  target=$generated/$1
  # Beside the folder that it goes to, so that a rename is enough.
  new=$generated/.new.$1.$$
  work=$drafts/.work.$1.$$
  mkdir "$work"
  cp "$draft" "$work/draft"
  # Without its last line a draft is being written, and nothing may go for what it seems to lack.
  if [ "$(tail -n 1 "$work/draft")" != "#!end" ]; then
    echo "the draft $1 is not whole" >&2
    return 1
  fi
  # The folders of the draft, each once, in their order: the new files of the first one wait in the folder 1.
  awk '/^#!file /{ sub("(/|^)[^/]*$", "", $2); if (!seen[$2 "/"]++) print $2 "/" }' "$work/draft" >"$work/folders"
  name=$1
  shift
  number=0
  while read -r folder; do
    number=$((number + 1))
    set -- "$@" "$target/$folder" "$new/$number"
  done <"$work/folders"
  mkdir -p "$target" "$new" "$@"
  chown "$owner" "$target" "$@" || true

  : >"$work/closed"
  if has_ports "$name"; then
    clear_pages "$name" "$work/draft"
    closed_pages "$name" "$work/draft" >"$work/closed"
  fi

  # What differs from what is there is written anew; each line of the list is a file, and who is told of it.
  awk -v target="$target" -v new="$new" -v closed="$work/closed" '
    BEGIN { while ((getline line < closed) > 0) skipped[line] = 1 }
    function finish(line, old, folder, place) {
      if (file == "" || file in skipped) return
      folder = file
      sub("(/|^)[^/]*$", "", folder)
      if (!(folder in number)) number[folder] = ++folders
      old = ""
      while ((getline line < (target "/" file)) > 0) old = old line "\n"
      close(target "/" file)
      if (old == text) return
      place = file
      sub(".*/", "", place)
      place = new "/" number[folder] "/" place
      printf "%s", text > place
      if (close(place) != 0) exit 1
      print file, reader
    }
    /^#!file / { finish(); file = $2; reader = $3 " " $4; text = ""; next }
    /^#!end$/ { finish(); file = ""; next }
    { text = text $0 "\n" }
  ' "$work/draft" >"$work/changed"
  number=0
  while read -r folder; do
    number=$((number + 1))
    set -- "$new/$number"/*
    [ ! -e "$1" ] || mv -f "$@" "$target/$folder"
  done <"$work/folders"
  rm -rf "$new"

  # Instances of containers that are gone: a file is named by its container's id.
  if [ "$name" = datadog ]; then
    find "$target" -mindepth 2 -maxdepth 2 -type f -name '*.yaml' | awk -v target="$target/" '
      FILENAME != "-" { if ($1 == "#!file") wanted[$2] = 1; next }
      { path = substr($0, length(target) + 1); file = path; sub(/.*\//, "", file) }
      length(file) == 69 && file ~ /^[0-9a-f]+[.]yaml$/ && !(path in wanted) { print target path }
    ' "$work/draft" - >"$work/gone"
    [ ! -s "$work/gone" ] || xargs rm -f <"$work/gone"
  fi

  while read -r _ signal container; do
    [ -n "$container" ] || continue
    if has_ports "$name" && [ -s "$drafts/taken" ]; then sed -i "/^$container$/d" "$drafts/taken"; fi
    tell "$signal" "$container" || true
    echo "$signal $container" >>"$drafts/again"
  done <"$work/changed"
  # One that has just started can't know whether its predecessor has told everybody a second time.
  [ -e "$draft.published" ] || awk '/^#!file / && NF >= 4 { print $3, $4 }' "$work/draft" >>"$drafts/again"
  mv "$work/draft" "$draft.published"
  rm -rf "$work"
}

# Whether a password file is another one than at the last look; docker-gen renders again at SIGHUP, and has itself
# published what comes out differently.
look_at_passwords() {
  stat -c '%n %i %s %Y %Z' "$passwords" "$passwords"/* 2>/dev/null >"$drafts/passwords.now" || true
  ! cmp -s "$drafts/passwords.now" "$drafts/passwords" || return 0
  own=$(cat /proc/self/cgroup)
  grep -l -s -x docker-gen /proc/[0-9]*/comm | while read -r process; do
    process=${process%/comm}
    [ "$(cat "$process/cgroup" 2>/dev/null)" = "$own" ] || continue
    kill -HUP "${process#/proc/}" && mv "$drafts/passwords.now" "$drafts/passwords"
  done
}

# Whether docker-gen follows the engine: it holds a connection to it, and a second one gets an answer in time. The
# container has a network of its own, so no other connection is on the list.
follows_engine() {
  if ! awk '$6 == "03" { found = 1 } END { exit !found }' /proc/self/net/unix; then
    echo "docker-gen holds no connection to the Docker engine" >&2
    return 1
  fi
  if [ -z "$(timeout 5 docker-gen -container-filter label=datadog-hosts.role=generator "$templates/own-id.tmpl" 2>/dev/null)" ]; then
    echo "the Docker engine does not answer" >&2
    return 1
  fi
}

if [ $# -gt 0 ]; then
  publish "$1"
else
  fresh=no
  for name in $names; do
    ! cmp -s "$drafts/$name" "$drafts/$name.published" || continue
    # A fresh one is in docker-gen's hands: it may be half written, and its own notice is still to come.
    written=$(stat -c %Y "$drafts/$name" 2>/dev/null || echo 0)
    if [ $(($(date +%s) - written)) -lt 5 ]; then
      fresh=yes
      continue
    fi
    publish "$name"
    # An agent that has to be told was told before there was anything new for it.
    if [ "$name" = datadog ] && [ -s "$drafts/reader" ]; then
      read -r signal container <"$drafts/reader" || true
      [ -z "$container" ] || tell "$signal" "$container" || true
    fi
  done
  # A server that was just starting may have read the old page and missed the signal: so each is told a second time.
  if [ -e "$drafts/again" ]; then
    mv "$drafts/again" "$drafts/again.now"
    sort -u "$drafts/again.now" | while read -r signal container; do tell "$signal" "$container" || true; done
    rm "$drafts/again.now"
  fi
  look_at_pages
  [ -z "$passwords" ] || look_at_passwords
  [ $fresh = no ] && follows_engine
fi
