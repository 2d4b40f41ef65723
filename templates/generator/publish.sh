#!/bin/sh
# Run by docker-gen after each rendering: lays the draft's files where the agent reads them.
# Each file is renamed into place, so nobody ever reads half of one, and only where it differs.
set -eu
umask 077
draft=<% draft %>
published=<% published %>
generated=<% generated %>

work=$(mktemp -d "${draft%/*}/publish.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$draft" "$work/draft"
for file in <% files %>; do
  mkdir -p "$generated/${file%/*}"
  awk -v wanted="$file" '/^#!file /{ inside = ($2 == wanted); next } inside' "$work/draft" >"$work/file"
  [ -s "$work/file" ] || continue
  if ! cmp -s "$work/file" "$generated/$file"; then
    cp "$work/file" "$generated/$file.new"
    mv "$generated/$file.new" "$generated/$file"
  fi
done
mv "$work/draft" "$published"
