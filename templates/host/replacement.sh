# A container gives way to its successor, and comes back if the engine refuses that one. Meanwhile its name has all that is
# needed to put it back: NAME.before-replacement.STATE.POLICY.TOKEN. STATE is `running` or `stopped`, POLICY its restart
# policy, TOKEN a number that no other replacement has. Only the container that is called NAME runs. Names are unique, so no two
# of them collect at once. Needs ask.sh, own-containers.sh and rename.sh.

# give_way NAME ROLE: frees the name for the successor. Renames and stops the container that runs, or that ran last, and prints
# its id. All others of that role are removed: they are left from an `up` that was cut off. A watcher stays on the host while
# the successor may still start, so that one of the two runs even if the machine that deploys fails.
give_way() {
  name=$1 role=$2
  find_old
  [ -n "$all" ] || return 0
  remove_others "$role" "$old"
  [ -n "$old" ] || return 0
  aside=$name.before-replacement.$state.$policy.$(date +%s)-$$
  if ! rename_container "$old" "$aside"; then
    [ "$state" != running ] || docker start "$old" >/dev/null
    return 1
  fi
  if [ "$state" = running ]; then
    # If the host reboots before the successor exists, the engine starts this one again.
    docker update --restart=always "$old" >/dev/null
    start_watcher
    if ! docker stop "$old" >/dev/null; then
      take_name
      return 1
    fi
  fi
  printf '%s\n' "$old"
}

# start_watcher: runs watch_successor in the background, after the end of this session. If the login manager ends all
# processes of a session with it, the watcher runs in a container, as root in the host's own files, from the image of `old`.
#
# watcher    the text of the functions that it needs, and the call
start_watcher() {
  case $(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null) in
    *true*) ! watch_in_container || return 0 ;;
  esac
  (
    trap '' HUP
    set +e
    watch_successor
  ) </dev/null >/dev/null 2>&1 &
}

watch_in_container() {
  export stack_label host_label role_label ours name role old state policy aside
  for variable in stack_label host_label role_label ours name role old state policy aside; do
    set -- "$@" --env "$variable"
  done
  docker run --detach --rm --name "$aside.watcher" --network none --user 0 --userns host --security-opt label=disable \
    --cap-drop ALL --cap-add SYS_CHROOT --env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" --volume /:/host \
    --entrypoint chroot "$(docker container inspect --format '{{.Image}}' "$old")" /host sh -c "${watcher:?}" >/dev/null 2>&1 || {
    docker rm --force "$aside.watcher" >/dev/null 2>&1
    return 1
  }
}

# come_back NAME ROLE ID…: undoes give_way, which printed this id, after the engine has refused the successor. Of several ids,
# the first counts that still exists. Removes the successor, and prints `made` if there was one.
come_back() {
  name=$1 role=$2
  shift 2
  for old; do
    ! old_name=$(docker container inspect --format '{{.Name}}' "$old") || break
  done
  [ -n "$old_name" ] || return 1
  # The watcher came first, and has removed the successor.
  if [ "$old_name" = "/$name" ]; then
    echo made
    return 0
  fi
  state=stopped policy=no
  read_aside "$old_name"
  # The watcher ignores it under another name.
  docker rename "$old" "$name.before-replacement.$state.$policy.$(date +%s)-$$"
  [ "$(own_containers "$role")" = "$old" ] || echo made
  remove_others "$role" "$old"
  take_name
}

# find_old: finds the container of `role` that comes back if its successor is refused, and sets `old`, `state`, `policy`
# and `all`, a line for each container of the role.
# Containers that were never started don't count.
find_old() {
  old='' state='' policy='' best=9
  all=$(own_containers "$role" | while read -r id; do
    docker container inspect --format '{{.Id}} {{.Name}} {{.State.Running}} {{.State.StartedAt}} {{.HostConfig.RestartPolicy.Name}}' "$id" || continue
  done)
  while read -r id its_name running start its_policy; do
    case $its_name:$running:$start in
      *:0001-*) continue ;;
      "/$name:true:"*) rank=1 ;;
      *:true:*) rank=2 ;;
      "/$name:"*) rank=3 ;;
      "/$name.before-replacement."*) rank=4 ;;
      *) continue ;;
    esac
    [ "$rank" -lt "$best" ] || continue
    best=$rank old=$id state=stopped policy=${its_policy:-no}
    read_aside "$its_name"
    [ "$running" = false ] || state=running
  done <<END
$all
END
}

# read_aside NAME: reads `state` and `policy` from the name of a container that has given way.
read_aside() {
  case $1 in
    "/$name.before-replacement."*.*.*) ;;
    *) return 0 ;;
  esac
  policy=${1#"/$name.before-replacement."}
  state=${policy%%.*}
  policy=${policy#*.}
  policy=${policy%.*}
}

# watch_successor: ends as soon as the successor has started, or `old` is no longer named `aside`. If the successor has not
# started within 10 s, it is given up, and `old` takes its name back.
watch_successor() {
  end=$(($(date +%s) + 120))
  deadline=
  while [ "$(date +%s)" -lt "$end" ]; do
    sleep 0.5
    look_at_old
    # Waits for an engine that does not answer.
    case $now in *[Nn]'o such container'*) return 0 ;; "/$aside "*) ;; /*) return 0 ;; *) continue ;; esac
    if has_successor; then
      docker update --restart=no "$old"
      look_at_old
      # An earlier replacement that was cut off may have started it at the last moment.
      [ "$now" != "/$aside true" ] || docker stop "$old"
      return 0
    fi
    # The time that stopping takes does not count.
    if [ -z "$deadline" ] && [ "$now" = "/$aside false" ]; then
      deadline=$(($(date +%s) + 10))
    fi
    if [ -n "$deadline" ] && [ "$(date +%s)" -ge "$deadline" ]; then
      # Without force, so that a container that has just started stays.
      for id in $(own_containers "$role"); do
        [ "$id" = "$old" ] || docker rm --volumes "$id"
      done
      ! take_name || return 0
    fi
  done
}

# take_name: gives `old` its name back and lets it run as before. If a container of somebody else has the name, `old` runs under
# its present one. If a successor has the name, even one that the engine is still creating, it fails.
take_name() {
  if ! docker rename "$old" "$name"; then
    holder=$(docker container inspect --format '{{.Id}}' "$name") || return 1
    ! own_containers "$role" | grep -q "$holder" || return 1
  fi
  docker update --restart="$policy" "$old" >/dev/null
  [ "$state" != running ] || docker start "$old" >/dev/null
}

# look_at_old: sets `now` to the name of `old` and whether it runs, or to the engine's error.
look_at_old() {
  now=$(ask docker container inspect --format '{{.Name}} {{.State.Running}}' "$old") || true
}

# has_successor: another container has the name, and was started at least for a moment.
has_successor() {
  case $(docker container inspect --format '{{.Id}} {{.State.StartedAt}}' "$name" 2>/dev/null) in
    '' | "$old "* | *' 0001-'*) return 1 ;;
  esac
}
