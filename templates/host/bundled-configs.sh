# copy_bundled IMAGE FOLDER PATTERN TARGET: copies out of an image the files of a folder whose names fit a pattern.
copy_bundled() {
  work=$(mktemp -d)
  container=$(docker create "$1")
  trap 'docker rm --force --volumes "$container" >/dev/null; rm -rf "$work"' EXIT
  docker cp "$container:$2" "$work/bundled" >/dev/null
  find "$work/bundled" -mindepth 1 -maxdepth 1 -name "$3" | while read -r file; do
    cp "$file" "$4/"
  done
}
