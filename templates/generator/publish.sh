#!/bin/sh
# Run by docker-gen after each rendering: lays the draft's files where they are read. `publish.sh NAME` publishes the
# draft NAME into the folder NAME; without a name it publishes what is not published yet.
# Each file is renamed into place, so nobody ever reads half of one, and only where it differs.
# Configs hold passwords: they are the agent's alone. Status pages hold none, and web servers may have dropped all rights.
# Folders go to the owner of the whole, who could not remove them else.
set -eu
drafts=<% drafts %>
generated=<% generated %>
owner=$(stat -c %u:%g "$generated")

# Sends a signal to a container's first process. Not through the engine: whatever signal comes from there, Docker takes
# the container for stopped by hand, and one that restarts "unless-stopped" is not started after the next boot.
tell() {
  for process in $(grep -l -s "$2" /proc/[0-9]*/cgroup); do
    process=${process%/cgroup}
    [ "$(awk '/^NSpid:/{ print $NF }' "$process/status" 2>/dev/null)" != 1 ] || kill -"$1" "${process#/proc/}"
  done
}

publish() {
  case $1 in datadog) umask 077 ;; *) umask 022 ;; esac
  draft=$drafts/$1
  target=$generated/$1
  work=$(mktemp -d "$drafts/.publish.XXXXXX")
  cp "$draft" "$work/draft"
  for file in $(awk '/^#!file /{ print $2 }' "$work/draft"); do
    awk -v wanted="$file" '/^#!file /{ inside = ($2 == wanted); next } inside' "$work/draft" >"$work/file"
    if ! cmp -s "$work/file" "$target/$file"; then
      folder=$(dirname "$target/$file")
      mkdir -p "$folder"
      chown "$owner" "$target" "$folder" || true
      cp "$work/file" "$target/$file.new.$$"
      mv "$target/$file.new.$$" "$target/$file"
      # Who reads it is named behind the file: a signal and a container.
      set -- "$1" $(awk -v wanted="$file" '/^#!file / && $2 == wanted { print $3, $4 }' "$work/draft")
      if [ $# -eq 3 ]; then
        tell "$2" "$3" || true
        echo "$2 $3" >>"$drafts/again"
      fi
    fi
  done
  mv "$work/draft" "$draft.published"
  rm -rf "$work"
}

if [ $# -gt 0 ]; then
  publish "$1"
else
  fresh=no
  for name in <% names %>; do
    ! cmp -s "$drafts/$name" "$drafts/$name.published" || continue
    # A fresh one is in docker-gen's hands: it may be half written, and its own notice is still to come.
    written=$(stat -c %Y "$drafts/$name" 2>/dev/null || echo 0)
    if [ $(($(date +%s) - written)) -lt 5 ]; then
      fresh=yes
      continue
    fi
    publish "$name"
    # An agent that has to be told was told before there was anything new for it.
    [ "$name" != datadog ] || [ ! -s "$drafts/reader" ] || tell $(cat "$drafts/reader") || true
  done
  # A server that was just starting may have read the old page and missed the signal: so each is told a second time.
  if [ -e "$drafts/again" ]; then
    mv "$drafts/again" "$drafts/again.now"
    while read -r signal container; do tell "$signal" "$container" || true; done <"$drafts/again.now"
    rm "$drafts/again.now"
  fi
  [ $fresh = no ]
fi
