# docker-gen runs this after each rendering to publish the drafts' files. `publish.sh all` takes docker-gen's output apart
# into drafts and publishes those that have changed, `publish.sh NAME` publishes the draft NAME: into the folder NAME.
# Without a name it publishes all unpublished drafts, and makes docker-gen render again if a password file has changed.
# Each changed file is renamed into place, so that nobody reads half a file. This runs at each change of a container. What
# it costs are the processes that it starts: a dozen, and one for each folder with a changed file.
# Only the agent may read configs, because they contain passwords. Everybody may read status pages, because web servers may
# have dropped their privileges. Folders belong to the owner of the root folder, who could not remove them otherwise.
#
# drafts       the folder of docker-gen's output
# generated    the folder of published files, by service
# templates    the folder of docker-gen's templates
# names        the names of the drafts, separated by blanks
# own_port     those of them that are status pages with a port of their own
# passwords    the folder of the password files; empty if there are none
# patience     how long docker-gen may take to render after an event, in seconds
set -eu
: "${drafts:?}" "${generated:?}" "${templates:?}" "${names:?}" "${own_port?}" "${passwords?}" "${patience:?}"

# Each run has its own working folders, because docker-gen and the health check may run this at the same time. They are
# removed at the end of the run; the health check removes those of killed runs.
tidy_up() {
  set -- "$drafts"/.work.*."$$" "$generated"/.new.*."$$" "$generated"/*/.new.*."$$" "$generated"/*/*/.new.*."$$"
  for left in "$@"; do
    [ -e "$left" ] || continue
    rm -rf "$@"
    break
  done
}
trap tidy_up EXIT

# Removes the working folders of runs that were killed. Such a run's process id may be another process's by now.
remove_leftovers() {
  find "$drafts" "$generated" -mindepth 1 -maxdepth 3 \( -name '.work.*' -o -name '.new.*' \) | while read -r left; do
    if [ -d "/proc/${left##*.}" ] && [ "$(age "$left")" -lt 120 ]; then continue; fi
    rm -rf "$left"
  done
}

# Prints the ids and names of a container's processes, those whose cgroup names the container, the oldest first. Their ids
# inside of the container do not help, because containers may share the host's process ids. A name may contain brackets.
processes_of() {
  grep -l -s "$1" /proc/[0-9]*/cgroup | while read -r process; do
    process=${process%/cgroup}
    awk -v id="${process#/proc/}" '
      { text = text $0 " " }
      END {
        name = text
        sub(/^[0-9]+ \(/, "", name)
        sub(/\) [^)]*$/, "", name)
        sub(/.*\) /, "", text)
        split(text, field, " ")
        print field[20], id, name
      }
    ' "$process/stat" 2>/dev/null || true
  done | sort -n | while read -r _ process name; do echo "$process $name"; done
}

# Prints the id of a container's first process.
first_process() {
  processes_of "$1" | awk 'NR == 1 { print $1 }'
}

# send_signal NAME SIGNAL CONTAINER: signals the reader of a draft's files: the agent's first process, or a web server, which may
# run behind another program. It does not use the engine: after any signal sent that way, Docker does not start a container
# with the restart policy "unless-stopped" again at the next boot.
send_signal() {
  if [ "$1" = datadog ]; then reader=$(first_process "$3"); else reader=$(server_process "$1" "$3"); fi
  [ -z "$reader" ] || kill -"$2" "$reader"
}

# Replaces each draft that differs in docker-gen's output, and sets `changed` to their names. In the output, a line #!draft
# with a name is before each draft, and one without a name is the last line.
take_apart() {
  parts=$drafts/.work.all.$$
  mkdir "$parts"
  changed=$(
    awk -v drafts="$drafts" -v parts="$parts" '
      function finish() {
        if (part == "") return
        if ((getline line < old) > 0) changed = 1
        close(old)
        close(new)
        if (changed) printf "%s ", part
      }
      /^#!draft/ {
        finish()
        part = $2
        old = drafts "/" part
        new = parts "/" part
        changed = 0
        if (part != "") printf "" >new
        next
      }
      part != "" {
        if ((getline line < old) <= 0 || line != $0) changed = 1
        print >new
      }
      END { exit part != "" || NR == 0 }
    ' "$drafts/all"
  ) || {
    echo "the output of docker-gen is incomplete" >&2
    return 1
  }
  set --
  for part in $changed; do set -- "$@" "$parts/$part"; done
  [ $# -eq 0 ] || mv -f "$@" "$drafts"
}

publish() {
  case $1 in datadog) umask 077 ;; *) umask 022 ;; esac
  draft=$drafts/$1
  target=$generated/$1
  # Within the folder that a file goes to, so that a rename is enough: each folder may be a volume of its own.
  new=.new.$1.$$
  work=$drafts/.work.$1.$$
  mkdir "$work"
  cp "$draft" "$work/draft"
  printf '%s\n' "$target"/*/ "$target"/*/*/ >"$work/there"
  # Reading a pipe or a device might never end.
  for path in "$target"/* "$target"/*/*; do
    [ -f "$path" ] || [ -d "$path" ] || ! [ -e "$path" ] || printf '%s/\n' "$path" >>"$work/there"
  done
  # The draft's folders, each once, and what is a folder or a pipe but should be a file. A draft without its last line is still being
  # written; publishing it would remove files that it lacks.
  awk -v target="$target" -v there="$work/there" -v wrong="$work/wrong" '
    { last = $0 }
    /^#!file / { wanted[target "/" $2 "/"] = 1; sub("(/|^)[^/]*$", "", $2); if (!seen[$2 "/"]++) print $2 "/" }
    END {
      if (last != "#!end") exit 1
      while ((getline path < there) > 0) if (path in wanted) print path > wrong
    }
  ' "$work/draft" >"$work/folders" || {
    echo "the draft $1 is incomplete" >&2
    return 1
  }
  # Neither can these be read, nor can a file take a folder's place.
  if [ -e "$work/wrong" ]; then
    while read -r path; do rm -rf "${path%/}"; done <"$work/wrong"
  fi
  name=$1
  shift
  while read -r folder; do
    set -- "$@" "$target/$folder" "$target/$folder$new"
  done <"$work/folders"
  for folder in "$target" "$@"; do
    if [ -d "$folder" ] && ! [ -L "${folder%/}" ]; then continue; fi
    # A link to nowhere does not exist for -e. What is written behind one to another folder, nobody would find.
    if [ -e "${folder%/}" ] || [ -L "${folder%/}" ]; then rm -f "${folder%/}"; fi
  done
  mkdir -p "$target" "$@"
  # Users make the folders of pages by hand, as closed as their own, and not every web server has rights of root. Only as the
  # owner may this container change that.
  [ "$name" = datadog ] ||
    find "$target" -type d \( ! -perm -055 -o -perm -002 \) -exec chown 0 {} + -exec chmod 755 {} + || true
  chown "$(stat -c %u:%g "$generated")" "$target" "$@" || true

  : >"$work/closed"
  if has_ports "$name"; then
    clear_pages "$name" "$work/draft"
    closed_pages "$name" "$work/draft" >"$work/closed"
  fi

  : >"$work/there"
  [ "$name" != datadog ] || printf '%s\n' "$target"/*/*.yaml >"$work/there"
  # Writes the files that have changed; each line of the list has a file, and the signal and container of its reader. Each is
  # read again: on a full disk, busybox reports no error, and an incomplete file must not be published.
  # Then lists the orphans among the files that are there: configs, named by their containers' ids, that the draft lacks.
  awk -v target="$target" -v new="$new" -v closed="$work/closed" -v there="$work/there" -v orphans="$work/orphans" '
    BEGIN { while ((getline line < closed) > 0) skipped[line] = 1 }
    function finish(line, old, folder, path, written) {
      if (file == "" || file in skipped) return
      folder = file
      sub("(/|^)[^/]*$", "", folder)
      old = ""
      while ((getline line < (target "/" file)) > 0) old = old line "\n"
      close(target "/" file)
      if (old == text) return
      path = file
      sub(".*/", "", path)
      path = target "/" folder "/" new "/" path
      printf "%s", text > path
      close(path)
      written = ""
      while ((getline line < path) > 0) written = written line "\n"
      close(path)
      if (written != text) exit 1
      print file, reader
    }
    /^#!file / { finish(); file = $2; wanted[target "/" file] = 1; reader = $3 " " $4; text = ""; next }
    /^#!end$/ { finish(); file = ""; next }
    { text = text $0 "\n" }
    END {
      while ((getline path < there) > 0) {
        file = path
        sub(/.*\//, "", file)
        if (length(file) == 69 && file ~ /^[0-9a-f]+[.]yaml$/ && !(path in wanted)) print path > orphans
      }
    }
  ' "$work/draft" >"$work/changed"
  while read -r folder; do
    set -- "$target/$folder$new"/*
    [ ! -e "$1" ] || mv -f "$@" "$target/$folder"
  done <"$work/folders"
  if [ -e "$work/orphans" ]; then
    set --
    while read -r path; do [ ! -f "$path" ] || set -- "$@" "$path"; done <"$work/orphans"
    rm -f "$@"
  fi

  while read -r _ signal container; do
    [ -n "$container" ] || continue
    if has_ports "$name" && [ -s "$drafts/loaded" ]; then sed -i "/^$container$/d" "$drafts/loaded"; fi
    send_signal "$name" "$signal" "$container" || true
    echo "$name $signal $container" >>"$drafts/again"
  done <"$work/changed"
  # A new generator's container can't know whether the previous one has sent all second signals.
  [ -e "$draft.published" ] || awk -v name="$name" '/^#!file / && NF >= 4 { print name, $3, $4 }' "$work/draft" >>"$drafts/again"
  mv "$work/draft" "$draft.published"
}

# Prints the ids of this container's docker-gen.
own_docker_gen() {
  own=$(cat /proc/self/cgroup)
  grep -l -s -x docker-gen /proc/[0-9]*/comm | while read -r process; do
    process=${process%/comm}
    [ "$(cat "$process/cgroup" 2>/dev/null)" = "$own" ] || continue
    echo "${process#/proc/}"
  done
}

# Makes docker-gen render again, by SIGHUP, if a password file has changed since the last check. docker-gen then publishes
# the changes.
check_passwords() {
  stat -c '%n %i %s %Y %Z' "$passwords" "$passwords"/* 2>/dev/null >"$drafts/passwords.now" || true
  ! cmp -s "$drafts/passwords.now" "$drafts/passwords" || return 0
  own_docker_gen | while read -r process; do
    kill -HUP "$process" && mv "$drafts/passwords.now" "$drafts/passwords"
  done
}

# takes_file PROBE: whether a file can be written there. A full folder takes one that stays empty.
takes_file() {
  { echo probe >"$1"; } 2>/dev/null || true
  [ -s "$1" ] && rm -f "$1"
}

# Whether the folders of generated files take a file: one may be full, read-only or removed while nothing is published.
takes_files() {
  takes_file "$generated/.new.probe.$$" || {
    echo "the folder of generated files takes no file" >&2
    return 1
  }
  # A test for -w would not do: for root, busybox takes everything to be writable.
  set -- "$generated"/*/ "$generated"/*/*/
  said=$(touch -c "$@" 2>&1) || {
    echo "a folder of generated files takes no file: $(echo "$said" | tail -n 1)" >&2
    return 1
  }
}

# Whether the folder of drafts takes a file. What fills it is not this program's, whose files are small: docker-gen is ended, so that
# Docker starts the container again, with an empty folder.
drafts_take_files() {
  ! takes_file "$drafts/.work.probe.$$" || return 0
  echo "the folder of drafts is full, and docker-gen is ended to empty it" >&2
  own_docker_gen | while read -r process; do kill -KILL "$process" || true; done
  return 1
}

# Seconds since a file was changed. A file of the future counts as old: the clock was set back.
age() {
  seconds=$(($(date +%s) - $(stat -c %Y "$1" 2>/dev/null || echo 0)))
  [ "$seconds" -ge 0 ] || seconds=86400
  echo "$seconds"
}

# Whether docker-gen is connected to the engine, and a second connection gets an answer in time. The container has its own
# network, so the list has no other connections.
follows_engine() {
  if ! awk '$6 == "03" { found = 1 } END { exit !found }' /proc/self/net/unix; then
    echo "docker-gen is not connected to the Docker engine" >&2
    return 1
  fi
  # Every container is asked for: often enough every half minute, and while a difference is watched.
  if ! [ -e "$drafts/behind" ] && [ "$(age "$drafts/seen.now")" -lt 25 ]; then
    own=$(timeout 5 docker-gen -container-filter label=datadog-hosts.role=generator "$templates/seen.tmpl" 2>/dev/null) || own=
    [ -z "$own" ] || return 0
  else
    timeout 5 docker-gen -container-filter status=running "$templates/seen.tmpl" >"$drafts/seen.now" 2>/dev/null || true
    [ ! -s "$drafts/seen.now" ] || {
      keeps_up
      return
    }
  fi
  echo "the Docker engine does not answer" >&2
  return 1
}

# Whether docker-gen has seen what the engine has: a frozen one, and one that has missed an event, differ and stay as they
# are. It is told to look again, and ended if that does not help: Docker starts the container again.
keeps_up() {
  if cmp -s "$drafts/seen.now" "$drafts/seen"; then
    rm -f "$drafts/behind" "$drafts/behind.told"
  elif ! cmp -s "$drafts/seen" "$drafts/behind"; then
    cat "$drafts/seen" >"$drafts/behind" 2>/dev/null || true
    rm -f "$drafts/behind.told"
  elif [ "$(age "$drafts/behind")" -ge "$patience" ]; then
    signal=HUP
    [ ! -e "$drafts/behind.told" ] || signal=KILL
    : >"$drafts/behind.told"
    echo "docker-gen has missed changes of containers, and is sent SIG$signal" >&2
    own_docker_gen | while read -r process; do kill -$signal "$process" || true; done
    return 1
  fi
}

if [ "${1-}" = all ]; then
  take_apart
  failed=0
  for name in $names; do
    case " $changed" in *" $name "*) ;; *) continue ;; esac
    # In a process of its own, because none may keep the others from being published.
    publish "$name" &
    wait "$!" || failed=1
  done
  exit "$failed"
elif [ $# -gt 0 ]; then
  publish "$1"
else
  remove_leftovers
  drafts_take_files
  fresh=no
  changed=
  # docker-gen may still be writing fresh output or a fresh draft, and will publish it itself.
  if [ -e "$drafts/all" ] && [ "$(age "$drafts/all")" -ge 5 ]; then take_apart; fi
  for name in $names; do
    ! cmp -s "$drafts/$name" "$drafts/$name.published" || continue
    case " $changed" in
      *" $name "*) ;;
      *)
        if [ "$(age "$drafts/$name")" -lt 5 ]; then
          fresh=yes
          continue
        fi
        ;;
    esac
    publish "$name"
    # docker-gen has signalled the agent before this late publication.
    if [ "$name" = datadog ] && [ -s "$drafts/reader" ]; then
      read -r signal container <"$drafts/reader" || true
      [ -z "$container" ] || send_signal datadog "$signal" "$container" || true
    fi
  done
  # Each server gets a second signal: if it was just starting, it may have read the old page and missed the first one.
  if [ -e "$drafts/again" ]; then
    mv "$drafts/again" "$drafts/again.now"
    sort -u "$drafts/again.now" | while read -r name signal container; do send_signal "$name" "$signal" "$container" || true; done
    rm "$drafts/again.now"
  fi
  check_pages
  [ -z "$passwords" ] || check_passwords
  takes_files
  [ $fresh = no ] && follows_engine
fi
