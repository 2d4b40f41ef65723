# A line for each container that is in the way of this host's own, with its id, `true` where it runs, its name, its image
# and whose it is (`stack=` for nobody's). In the way is what has the name of one of ours, a running generator that would
# signal our agent, and what a takeover has set aside before.
#
# agent, generator           the names of this host's containers
# stack_label, host_label    the labels that say whose a container is
# ours                       a line for each owner that this host is and was: stack=NAME host=NAME
old_containers() (
  # One id a line, and ids have no blanks.
  # shellcheck disable=SC2046
  set -- $(docker ps --all --quiet --no-trunc)
  [ $# -gt 0 ] || exit 0
  owner="stack={{index .Config.Labels \"${stack_label:?}\"}} host={{index .Config.Labels \"${host_label:?}\"}}"
  docker inspect --format "{{.ID}} {{.State.Running}} {{.Name}} {{.Config.Image}} $owner {{json .Args}}" "$@" 2>/dev/null |
    while read -r id running name image their_stack their_host arguments; do
      case "
${ours:?}
" in *"
$their_stack $their_host
"*) continue ;; esac
      name=${name#/}
      case $name in
        "${agent:?}" | "${generator:?}" | *.before-takeover | *.before-takeover-stopped) ;;
        # By this name somebody else's `make` calls a generator that signals the agent at every event.
        dockgen-datadog) [ "$running" = true ] || continue ;;
        *)
          [ "$running" = true ] || continue
          # docker-gen takes an option with one dash or two, and its value as a word of its own or behind "=".
          case $arguments in
            *-notify-sighup\",\""$agent"\"* | *-notify-sighup="$agent"\"*) ;;
            *-notify-container\",\""$agent"\"* | *-notify-container="$agent"\"*) ;;
            *) continue ;;
          esac
          ;;
      esac
      printf '%s\n' "$id $running $name $image $their_stack $their_host"
    done
)
