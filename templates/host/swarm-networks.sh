# network_ids NAME…: prints the ids of networks as the Swarm knows them, a line for each. docker network inspect does not know
# the Swarm's id of the default bridge, so the engine is asked directly. Needs swarm-manager.sh.
network_ids() {
  for network; do
    id=$(
      printf 'GET /networks/%s?scope=swarm HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n' "$network" |
        docker system dial-stdio | sed -n 's/^{"Name":"[^"]*","Id":"\([a-z0-9]*\)".*/\1/p'
    )
    [ -n "$id" ] || swarm_fail "the network $network is not known to the Swarm. Check docker network ls on a manager, then run again."
    printf '%s\n' "$id"
  done
}
