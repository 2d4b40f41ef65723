#!/bin/sh
# Run by docker-gen after each rendering: lays the draft's files where they are read. `publish.sh NAME` publishes the
# draft NAME into the folder NAME; without a name it publishes what is not published yet.
# Each file is renamed into place, so nobody ever reads half of one, and only where it differs.
set -eu
umask 077
drafts=<% drafts %>
generated=<% generated %>

publish() {
  draft=$drafts/$1
  target=$generated/$1
  work=$(mktemp -d "$drafts/.publish.XXXXXX")
  cp "$draft" "$work/draft"
  for file in $(awk '/^#!file /{ print $2 }' "$work/draft"); do
    awk -v wanted="$file" '/^#!file /{ inside = ($2 == wanted); next } inside' "$work/draft" >"$work/file"
    if ! cmp -s "$work/file" "$target/$file"; then
      mkdir -p "$(dirname "$target/$file")"
      cp "$work/file" "$target/$file.new.$$"
      mv "$target/$file.new.$$" "$target/$file"
    fi
  done
  mv "$work/draft" "$draft.published"
  rm -rf "$work"
}

if [ $# -gt 0 ]; then
  publish "$1"
else
  for name in <% names %>; do
    cmp -s "$drafts/$name" "$drafts/$name.published" || publish "$name"
  done
fi
