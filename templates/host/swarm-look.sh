# What a manager knows of the Swarm, for the comparison with what a stack has made. Nothing is changed. Needs swarm-manager.sh,
# swarm-nodes.sh and swarm-networks.sh.

# describe_swarm SERVICE…: prints a line for each node (list_nodes); service NAME ID SPECIFICATION, in JSON, for each of these
# that exists; running NAME NODE STATE ERROR for each task that should run; and config, secret and network, each with an ID.
describe_swarm() {
  list_nodes
  for service; do
    docker service inspect --format "service $service {{.ID}} {{json .Spec}}" "$service" 2>/dev/null || continue
    docker service ps --quiet --no-trunc --filter desired-state=running "$service" 2>/dev/null |
      xargs -r docker inspect --type task --format "running $service {{.NodeID}} {{.Status.State}} {{.Status.Err}}" 2>/dev/null || true
  done
  docker config ls --format 'config {{.ID}}'
  docker secret ls --format 'secret {{.ID}}'
  docker network ls --no-trunc --filter scope=swarm --format 'network {{.ID}}'
  # No list has the Swarm's id of the default bridge.
  (network_ids bridge) 2>/dev/null | sed 's/^/network /' || true
}
