# Asks the nodes of a Swarm, workers included, by a job: a service whose tasks run a script once on each node and end. What
# they print is read as the job's log. It is no global job of the engine, which leaves the containers of these on the nodes.
# Needs swarm-manager.sh.

# remove_jobs STACK SECONDS: removes the jobs of a stack that are as old as this: they were left by a run that was cut off.
remove_jobs() {
  for left in $(docker service ls --quiet --filter "label=datadog-hosts.stack=$1" --filter label=datadog-hosts.role=question); do
    made=$(docker service inspect --format '{{.CreatedAt.Unix}}' "$left" 2>/dev/null) || continue
    [ $(($(date +%s) - made)) -lt "$2" ] || docker service rm "$left" >/dev/null 2>&1 || true
  done
}

# list_nodes: prints a line for each node: node ID STATE AVAILABILITY NAME.
list_nodes() {
  docker node ls --quiet |
    xargs -r docker node inspect --format 'node {{.ID}} {{.Status.State}} {{.Spec.Availability}} {{.Description.Hostname}}' || true
}

# deployed_service SERVICE…: sets service to the first of these that exists.
deployed_service() {
  for service; do
    ! docker service inspect "$service" >/dev/null 2>&1 || return 0
  done
  return 1
}

# tasks_of SERVICE: prints a line for each task: its node's id, its state, and what went wrong.
tasks_of() {
  # A task may be gone before it is inspected.
  docker service ps --quiet --no-trunc "$1" 2>/dev/null |
    xargs -r docker inspect --type task --format '{{.NodeID}} {{.Status.State}} {{.Status.Err}}' 2>/dev/null || true
}

# print_replies JOB COUNT: prints the log of a job, in which COUNT tasks have said all that they say. The engine's stream of it may
# lack some of their lines, or never end: then it is asked for again.
print_replies() {
  for limit in 15 30 60; do
    timeout "$limit" docker service logs --raw "$1" >"$replies" 2>/dev/null || true
    whole=$(grep -cE '^[^ ]+ (end|problem)' "$replies") || whole=0
    [ "$whole" -lt "$2" ] || break
  done
  cat "$replies"
}

# only_node NODE: prints the constraint that only this node meets. NODE is its host name, with its id behind it if others have
# the same one.
only_node() {
  if [ "$(docker node inspect --format '{{.Description.Hostname}} {{.ID}}' "${1##*.}" 2>/dev/null)" = "${1%.*} ${1##*.}" ]; then
    printf 'node.id == %s\n' "${1##*.}"
  else
    printf 'node.hostname == %s\n' "$1"
  fi
}

# ask_nodes JOB STACK SECONDS NODE SCRIPT SERVICE…: runs a script on the nodes on which the services run, and prints what it
# says there. The job has the image of one of the services, which is on every node, and a node's own programs: its task sees
# the node's files, read-only. NODE is the name of the only node to ask; empty: all. Lines before the script's own: each node
# (list_nodes); undeployed if there is none of the services; place ID for a node that has had a task of them; constrained if
# they have constraints; task ID STATE ERROR for the job's own tasks.
ask_nodes() {
  job=$1 stack=$2 patience=$3 only=$4 script=$5
  shift 5
  remove_jobs "$stack" 600
  list_nodes
  deployed_service "$@" || {
    echo undeployed
    return 0
  }
  tasks_of "$service" | awk '!seen[$1]++ { print "place " $1 }'
  constraints=$(docker service inspect --format '{{with .Spec.TaskTemplate.Placement}}{{range .Constraints}}{{println .}}{{end}}{{end}}' "$service")
  [ -z "$constraints" ] || echo constrained
  [ -z "$only" ] || constraints="$constraints
$(only_node "$only")"
  set --
  while read -r constraint; do
    [ -z "$constraint" ] || set -- "$@" --constraint "$constraint"
  done <<END
$constraints
END
  replies=$(mktemp)
  trap 'rm -f "$replies"; docker service rm "$job" >/dev/null 2>&1 || true' EXIT
  trap 'exit 1' HUP INT PIPE TERM
  docker service create --detach --quiet --no-resolve-image --name "$job" --mode global --restart-condition none "$@" \
    --label "datadog-hosts.stack=$stack" --label datadog-hosts.role=question --container-label "datadog-hosts.stack=$stack" --container-label datadog-hosts.role=question \
    --user 0:0 --read-only --cap-drop ALL --cap-add SYS_CHROOT --mount type=bind,source=/,target=/node,readonly \
    --no-healthcheck --log-driver json-file --log-opt max-size=1g --env DOCKER_HOST=unix:///var/run/docker.sock \
    --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin --env 'SWARM_NODE={{.Node.ID}}' \
    --entrypoint chroot "$(docker service inspect --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' "$service")" \
    /node /bin/sh -c "$script" >/dev/null
  since=$(date +%s)
  while :; do
    tasks=$(tasks_of "$job")
    passed=$(($(date +%s) - since))
    if [ -z "$tasks" ]; then
      # No node may run it.
      [ "$passed" -lt 5 ] || return 0
    elif ! printf '%s\n' "$tasks" | grep -qvE '^[^ ]+ (complete|shutdown|failed|rejected|remove|orphaned) '; then
      break
    fi
    [ "$passed" -lt "$patience" ] || break
    sleep 1
  done
  printf '%s\n' "$tasks" | sed -n 's/^./task &/p'
  print_replies "$job" "$(printf '%s\n' "$tasks" | grep -c '^[^ ]* complete ')"
}
