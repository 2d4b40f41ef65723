# Compares what the generator has published with what lies there, in the generator's container, and then tells device and
# inode of each PATH there. Says nothing of a draft that waits to be published.
#
# drafts       the folder of docker-gen's output
# generated    the folder of published files, by service

# Configs that nobody has published, but the agent reads: in the folders of checks, each of which it mounts.
added_configs() {
  find "${generated:?}/datadog" -mindepth 2 -maxdepth 2 -type f -name '*.y*ml' -path '*.d/*' 2>/dev/null |
    awk -v target="$generated/datadog" '
      FILENAME != "-" { if ($1 == "#!file") wanted[$2] = 1; next }
      { file = substr($0, length(target) + 2) }
      !(file in wanted) { print "added datadog/" file }
    ' "$published" -
}

# Reading a pipe or a device might never end.
odd_files() {
  grep '^#!file ' "$published" | while read -r _ file _; do
    path=$generated/$name/$file
    [ -f "$path" ] || [ -d "$path" ] || ! [ -e "$path" ] || echo "edited $name/$file"
  done
}

# A status page that begins like this was removed by the generator (pages.sh), and make status says why.
changed_files() {
  awk -v target="$generated/$name" -v name="$name" '
    function finish(line, old, there) {
      if (file == "") return
      old = ""; there = 0
      while ((getline line < (target "/" file)) > 0) { old = old line "\n"; there = 1 }
      close(target "/" file)
      if (name != "datadog" && old ~ /^# No status page: /) return
      if (old != text) print (there || text == "" ? "edited" : "gone") " " name "/" file
    }
    /^#!file / { finish(); file = $2; text = ""; next }
    /^#!end$/ { finish(); file = ""; next }
    { text = text $0 "\n" }
  ' "$published"
}

# Status pages and their folders that not every web server can read, since some have no rights of root, or that others can
# change. A folder may be its group's, too: its user has made it so.
changed_rights() {
  find "$generated/$name" \
    \( -type d \( ! -perm -055 -o -perm -002 \) \) -o \
    \( -type f \( ! -perm -044 -o -perm -020 -o -perm -002 -o ! -user "$(id -u)" \) \) 2>/dev/null |
    awk -v target="$generated/$name" -v name="$name" '
      FILENAME != "-" { if ($1 == "#!file") { wanted[$2] = 1; sub("/[^/]*$", "", $2); wanted[$2] = 1 } ; next }
      $0 == target { print "page-rights " name; next }
      { file = substr($0, length(target) + 2) }
      file in wanted { print "page-rights " name "/" file }
    ' "$published" -
}

for published in "${drafts:?}"/*.published; do
  draft=${published%.published}
  name=${draft##*/}
  cmp -s "$draft" "$published" || continue
  found=$(odd_files)
  [ -n "$found" ] || found=$(
    changed_files
    if [ "$name" = datadog ]; then added_configs; else changed_rights; fi
  )
  ! cmp -s "$draft" "$published" || [ -z "$found" ] || printf '%s\n' "$found"
done
[ $# -eq 0 ] || exec stat -L -c '%d:%i %n' "$@"
