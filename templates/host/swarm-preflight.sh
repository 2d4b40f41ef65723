# What is checked before a Swarm is changed. Nothing is changed. Needs swarm-manager.sh.

# overlays_exist NAME…: each is an overlay network of the Swarm that services can join.
overlays_exist() {
  for network; do
    # This manager may have a network of its own of the same name; then the name alone is ambiguous.
    id=$(docker network ls --no-trunc --filter scope=swarm --format '{{.Name}} {{.ID}}' | awk -v name="$network" '$1 == name { print $2; exit }')
    answer=$(docker network inspect --format '{{.Driver}} {{.Scope}} {{if .Ingress}}ingress{{else}}-{{end}}' "${id:-$network}" 2>/dev/null) ||
      swarm_fail "there is no network $network. Create it (docker network create --driver overlay $network), remove it from networks, or list it in swarm.networks, then run again."
    case $answer in
      'overlay swarm -') ;;
      *' ingress') swarm_fail "no service can join the network $network: the Swarm uses it for published ports. Remove it from networks, then run again." ;;
      *) swarm_fail "the network $network is no overlay network of the Swarm ($answer). Name an overlay network in networks, then run again." ;;
    esac
  done
}

# services_are_ours STACKS NAME…: no service of another owner has one of these names. STACKS are the stack's names, separated
# by blanks.
services_are_ours() {
  stacks=$1
  shift
  for service; do
    owner=$(docker service inspect --format '{{index .Spec.Labels "datadog-hosts.stack"}}' "$service" 2>/dev/null) || continue
    case " $stacks " in *" ${owner:--} "*) continue ;; esac
    if [ -z "$owner" ]; then
      swarm_fail "there is a service $service that no stack has made. Remove it (docker service rm $service), then run again."
    fi
    swarm_fail "the service $service belongs to stack $owner. A Swarm is watched by one stack. If this stack was called $owner before, add formerStackNames: [$owner]; otherwise destroy the other one. Then run again."
  done
}

# no_agent_beside NAME: no container of its own with the agent's name collects on this manager.
no_agent_beside() {
  found=$(docker ps --filter "name=^$1\$" --format 'stack={{.Label "datadog-hosts.stack"}}' 2>/dev/null) || return 0
  case $found in stack=*) ;; *) return 0 ;; esac
  stack=${found#stack=}
  swarm_fail "the container $1 already runs on the manager $(hostname)${stack:+, for stack $stack}, and two agents must not collect at once. ${stack:+Remove that machine from stack $stack and run up there. Otherwise: }docker rm --force $1 there. Do so on every node (make status names them), then run again."
}
