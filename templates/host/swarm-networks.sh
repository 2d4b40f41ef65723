# network_ids NAME…: prints the ids of networks as the Swarm knows them, a line for each. docker network inspect does not know
# the Swarm's id of the default bridge, so the engine is asked directly. Needs swarm-manager.sh.
network_ids() {
  for network; do
    id=$(
      printf 'GET /networks/%s?scope=swarm HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n' "$network" |
        docker system dial-stdio | sed -n 's/^{"Name":"[^"]*","Id":"\([a-z0-9]*\)".*/\1/p'
    )
    [ -n "$id" ] || swarm_fail "there is no network $network in the Swarm. Create it on a manager (docker network create --driver overlay $network), or remove it from networks, then run again."
    printf '%s\n' "$id"
  done
}
