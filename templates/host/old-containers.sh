# old_containers: a line for each container that is in the way of this host's own, with its id, whether it runs (`true`), its
# name, its image and its owner (`stack=` without one). A container is in the way if it has the name of one of ours, if it is a
# running generator that would signal our agent, or if an earlier takeover has set it aside.
#
# agent, generator           the names of this host's containers
# stack_label, host_label    the labels with a container's owner
# ours                       a line for each current or former name: stack=NAME host=NAME
old_containers() (
  # One id a line, and ids have no blanks.
  # shellcheck disable=SC2046
  set -- $(docker ps --all --quiet --no-trunc)
  [ $# -gt 0 ] || exit 0
  # Anybody's label may hold blanks and line ends, which would look like further fields and lines.
  owner="stack={{urlquery (index .Config.Labels \"${stack_label:?}\")}} host={{urlquery (index .Config.Labels \"${host_label:?}\")}}"
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
        # The generator's name in the Makefile of 2016; it signals the agent at every event.
        dockgen-datadog) [ "$running" = true ] || continue ;;
        *)
          [ "$running" = true ] || continue
          # docker-gen accepts one or two dashes, and a value after a blank or after "=".
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
