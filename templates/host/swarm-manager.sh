# must_manage: ends the script with status 75 unless this engine manages a Swarm: another manager may do. While the managers
# elect a leader, it waits for half a minute.
must_manage() {
  asked=$(date +%s)
  until answer=$(timeout 20 docker node ls --quiet 2>&1); do
    if lacks_leader "$answer" && [ $(($(date +%s) - asked)) -lt 30 ]; then
      sleep 1
      continue
    fi
    printf '%s\n' "${answer:-the Docker engine did not answer within 20 s}" >&2
    exit 75
  done
}

# lacks_leader ANSWER: whether this is what an engine says while the managers have no leader.
lacks_leader() {
  case $1 in *'does not have a leader'*) return 0 ;; esac
  return 1
}

# swarm_fail MESSAGE: ends the script with what is wrong and what to do.
swarm_fail() {
  printf 'The Swarm: %s\n' "$1" >&2
  exit 1
}
