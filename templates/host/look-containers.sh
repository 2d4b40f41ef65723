# Tells what containers, networks and images a host has, and for the folders that containers have mounted whether these are
# the ones that are there now. Needs ask.sh and look-files.sh.
#
# ours               the ids of the host's own containers, separated by blanks
# generator          the id of its generator; none if it has none
# networks           whether its networks are told, too: yes or no
# container_format   what is told of a container and its mounts, for `docker inspect`
# look_published     the program of look-published.sh
# most_seconds       how long one container may take to answer
# engine_seconds     how long the engine may take for one answer

# limited SECONDS COMMAND…: ends the command after so long, where the host has `timeout`.
if command -v timeout >/dev/null; then
  limited() { timeout "$@"; }
else
  limited() {
    shift
    "$@"
  }
fi

# What is told of an engine that does not answer in time.
late="no answer within ${engine_seconds:?} s"

# mounts_of ID: what a container says of its mounts, beside what is there now.
mounts_of() {
  of=$1
  shift
  while IFS=${tab:?} read -r kind running id source target; do
    [ "$kind $running $id" = "mount true $of" ] || continue
    case $source in
      "${root:?}" | "$root"/*) ;;
      # The engine's socket, which is another one after a restart of the engine.
      /run | /run/* | /var/run | /var/run/*) case " ${ours?} " in *" $of "*) ;; *) continue ;; esac ;;
      *) continue ;;
    esac
    set -- "$@" "$target"
    case $places in
      *" $source${nl:?}"*)
        place=${places%%" $source$nl"*}
        place=${place##*"$nl"}
        ;;
      *) place= ;;
    esac
    tell outside "$of" "$target" "$source" "$place"
  done <<end
$inspected
end
  [ $# -gt 0 ] || return 0
  # In the generator's container both questions are one: each costs the engine a process there.
  if [ "$of" = "${generator:?}" ]; then
    set -- sh -c "${look_published:?}" sh "$@"
  else
    set -- stat -L -c '%d:%i %n' "$@"
  fi
  limited "${most_seconds:?}" docker exec "$of" "$@" 2>/dev/null </dev/null | while read -r first rest; do
    case $first in *:*) tell inside "$of" "$rest" "$first" ;; *) tell "$first" "$root/generated/$rest" ;; esac
  done
}

# image_ids IMAGE…: the ids of images by their names, in one answer where all are there; none where the engine itself says
# so. An answer that fails otherwise says nothing.
image_ids() {
  if answer=$(limited "${engine_seconds:?}" docker image inspect --format '{{.Id}}' "$@" 2>/dev/null </dev/null); then
    for id in $answer; do
      tell image "$1" "$id"
      shift
    done
  elif [ $# -gt 1 ]; then
    for image; do image_ids "$image"; done
  else
    case $(limited "$engine_seconds" docker image inspect --format '{{.Id}}' "$1" 2>&1 >/dev/null </dev/null) in
      *'o such image'*) tell image "$1" "" ;;
    esac
  fi
}

# stopped_processes: in which of our containers a process is stopped, as by `kill -STOP`. Docker calls such a container running.
stopped_processes() {
  grep -l -s -E '^[0-9]+ \(.*\) T [0-9]' /proc/[0-9]*/stat | while read -r stat; do
    group=$(cat "${stat%/stat}/cgroup" 2>/dev/null)
    for id in ${ours?}; do
      case $group in *"$id"*) tell stopped "$id" ;; esac
    done
  done
}

# all_networks: a line for each network, each written by itself: others write at the same time, and a long text is written in
# pieces.
all_networks() {
  if answer=$(limited "${engine_seconds:?}" docker network ls --no-trunc --format "network$tab{{.ID}}$tab{{.Name}}" 2>/dev/null </dev/null); then
    printf '%s\n' "$answer" | while IFS= read -r network; do printf '%s\n' "$network"; done
  else
    tell engine "$late"
  fi
}

# what_is_wrong STATUS ANSWER: why an answer about containers is not whole; nothing if only some of them are gone by now. One that
# is not whole says of no container that it is gone.
what_is_wrong() {
  case $1 in
    124 | 137) printf '%s\n' "$late" ;;
    *) printf '%s\n' "$2" | grep -Ev "^((container|mount)$tab|$)" | grep -Eiv '^warning|no such' | tail -n 1 ;;
  esac
}

# containers_and IMAGE…: all containers, and what the names of these images stand for.
containers_and() {
  if ! ids=$(ask docker ps --all --quiet --no-trunc </dev/null); then
    tell engine "$(printf '%s\n' "$ids" | tail -n 1)"
    return 0
  fi
  [ "${networks:?}" = no ] || all_networks &
  [ $# -eq 0 ] || image_ids "$@" &
  stopped_processes &
  inspected=
  if [ -n "$ids" ]; then
    # shellcheck disable=SC2086 # A word for each id.
    answer=$(limited "$engine_seconds" docker inspect --type container --format "${container_format:?}" $ids 2>&1 </dev/null) ||
      problem=$(what_is_wrong $? "$answer")
    [ -z "${problem-}" ] || tell engine "$problem"
    inspected=$(printf '%s\n' "$answer" | grep -E "^(container|mount)$tab")
  fi
  # Device and inode of all that may be mounted, by path.
  sources=$(printf '%s\n' "$inspected" | awk -F '\t' '$1 == "mount" && !seen[$4]++ { print $4 }')
  places=$nl$(printf '%s\n' "$sources" | tr '\n' '\0' | xargs -0 stat -L -c '%d:%i %n' 2>/dev/null)$nl
  # What else is told in the meantime must not come between the pieces of this long text.
  wait
  echo engine
  printf '%s\n' "$inspected"
  for id in $(printf '%s\n' "$inspected" | awk -F '\t' '$1 == "mount" && !seen[$3]++ { print $3 }'); do mounts_of "$id" & done
  wait
}
