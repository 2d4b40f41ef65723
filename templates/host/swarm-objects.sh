# The configs and secrets of a stack in a Swarm. They can't be changed, so each change makes new ones. Old ones stay until the
# services run without them: the engine may roll back. Needs swarm-manager.sh.

# make_way KIND NAME STACKS: removes what an interrupted run has left under this name, of which the state knows nothing. KIND is
# service, config, secret or network; STACKS are the stack's names, separated by blanks.
make_way() {
  labels=.Spec.Labels
  [ "$1" != network ] || labels=.Labels
  owner=$(docker "$1" inspect --format "{{index $labels \"datadog-hosts.stack\"}}" "$2" 2>/dev/null) || return 0
  case " $3 " in
    *" ${owner:--} "*) ;;
    *) swarm_fail "there is a $1 $2 that this stack has not made. Remove it (docker $1 rm $2), then run again." ;;
  esac
  if [ "$1" = config ] || [ "$1" = secret ]; then
    # After a rollback a service may use it. What is about to be created takes its place there.
    for service in $(docker service ls --quiet --filter "label=datadog-hosts.stack=$owner"); do
      docker service inspect --format '{{json .Spec.TaskTemplate}}' "$service" | grep -q "\"$2\"" || continue
      docker service update --detach "--$1-rm" "$2" "$service" >/dev/null
    done
  fi
  docker "$1" rm "$2" >/dev/null
}

# sweep STACK…: removes the configs and secrets that no service uses.
sweep() {
  for stack; do
    for kind in config secret; do
      for id in $(docker $kind ls --quiet --filter "label=datadog-hosts.stack=$stack"); do
        docker $kind rm "$id" >/dev/null 2>&1 || true
      done
    done
  done
}

# must_be_swept STACK…: ends the script if a config or secret is left, and says what else is.
must_be_swept() {
  for stack; do
    for kind in config secret; do
      left=$(docker $kind ls --format '{{.Name}}' --filter "label=datadog-hosts.stack=$stack" | paste -s -d ' ' -)
      [ -z "$left" ] || swarm_fail "a service still uses: $left. Remove the service, then run again."
    done
  done
  away=$(docker node ls --format '{{.Hostname}} {{.Status}}' | awk '$2 != "Ready" { printf " %s", $1 }')
  [ -z "$away" ] || echo "These nodes are not ready, so containers of the services may still run there until they are back:$away"
  echo "On each node of the Swarm, also on those that have left it, volumes with generated configs and the like are left, since a manager can't remove them there. On each: docker volume rm \$(docker volume ls --quiet --filter name=^datadog-conf- --filter name=^datadog-sockets --filter name=^datadog-log-)"
}
