# A container gives way to its successor, and comes back where that one is refused. What stands behind its name says all
# there is to know to put it back: NAME.before-replacement.STATE.POLICY.TOKEN, with `running` or `stopped`, its restart
# policy, and a number that no other replacement has. Only the container that is called NAME itself runs, so the engine's
# own care for names keeps two from collecting at once. Needs own-containers.sh and rename.sh.

# give_way NAME ROLE: frees the name for a container to come, and prints the id of the one that stands aside for it,
# stopped: the one that runs, or else ran last. All others of that role go: an `up` that was cut off has made them. A watcher
# stays on the host for as long as the successor may take, so that one of the two runs whatever becomes of the machine that
# deploys.
give_way() {
  name=$1 role=$2
  find_old
  remove_others "$role" "$old"
  [ -n "$old" ] || return 0
  aside=$name.before-replacement.$state.$policy.$(date +%s)-$$
  if ! rename_container "$old" "$aside"; then
    [ "$state" != running ] || docker start "$old" >/dev/null
    return 1
  fi
  if [ "$state" = running ]; then
    # So that a reboot before the successor is there brings it back.
    docker update --restart=always "$old" >/dev/null
    (
      trap '' HUP
      set +e
      watch_successor
    ) </dev/null >/dev/null 2>&1 &
    if ! docker stop "$old" >/dev/null; then
      take_name
      return 1
    fi
  fi
  printf '%s\n' "$old"
}

# come_back NAME ROLE ID: undoes give_way, which has printed this id, once the successor was refused. That one goes; `made`
# is printed where there was one.
come_back() {
  name=$1 role=$2 old=$3
  old_name=$(docker container inspect --format '{{.Name}}' "$old")
  # The watcher was first, and has removed what was made.
  if [ "$old_name" = "/$name" ]; then
    echo made
    return 0
  fi
  state=stopped policy=no
  read_aside "$old_name"
  # Under another name it is no longer the watcher's.
  docker rename "$old" "$name.before-replacement.$state.$policy.$(date +%s)-$$"
  [ "$(own_containers "$role")" = "$old" ] || echo made
  remove_others "$role" "$old"
  take_name
}

# find_old: the container of `role` that is to come back if its successor is refused: `old`, its `state` and `policy`. One
# that was never started is none.
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

# read_aside NAME: takes `state` and `policy` from what stands behind the name of a container that stands aside.
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

# watch_successor: ends as soon as the successor has started, or `old` no longer stands `aside` for this replacement. One
# that has not started within 10 s is given up, and `old` takes its name back.
watch_successor() {
  end=$(($(date +%s) + 120))
  deadline=
  while [ "$(date +%s)" -lt "$end" ]; do
    sleep 0.5
    look_at_old
    # An engine that does not answer is waited for.
    case $now in *[Nn]'o such container'*) return 0 ;; "/$aside "*) ;; /*) return 0 ;; *) continue ;; esac
    if has_successor; then
      docker update --restart=no "$old"
      look_at_old
      # An earlier replacement, cut off, may have started it in the last moment.
      [ "$now" != "/$aside true" ] || docker stop "$old"
      return 0
    fi
    # The time that it takes to stop does not count.
    if [ -z "$deadline" ] && [ "$now" = "/$aside false" ]; then
      deadline=$(($(date +%s) + 10))
    fi
    if [ -n "$deadline" ] && [ "$(date +%s)" -ge "$deadline" ]; then
      # Without force: one that has just been started stays.
      for id in $(own_containers "$role"); do
        [ "$id" = "$old" ] || docker rm "$id"
      done
      ! take_name || return 0
    fi
  done
}

# take_name: `old` gets its name again and goes on as it did before. Where somebody else's container has the name, it goes on
# without; a successor, or one that the engine is still making, keeps it from both.
take_name() {
  if ! docker rename "$old" "$name"; then
    holder=$(docker container inspect --format '{{.Id}}' "$name") || return 1
    ! own_containers "$role" | grep -q "$holder" || return 1
  fi
  docker update --restart="$policy" "$old" >/dev/null
  [ "$state" != running ] || docker start "$old" >/dev/null
}

# look_at_old: `now` is the name of `old` and whether it runs, or what the engine says instead.
look_at_old() {
  now=$(docker container inspect --format '{{.Name}} {{.State.Running}}' "$old" 2>&1) || true
}

# has_successor: another container has the name, and has been started, be it for a moment.
has_successor() {
  case $(docker container inspect --format '{{.Id}} {{.State.StartedAt}}' "$name" 2>/dev/null) in
    '' | "$old "* | *' 0001-'*) return 1 ;;
  esac
}
