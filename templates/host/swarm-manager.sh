# must_manage: ends the script with status 75 unless this engine manages a Swarm that has a leader: another manager may do.
must_manage() {
  answer=$(timeout 20 docker node ls --quiet 2>&1) || {
    printf '%s\n' "${answer:-the Docker engine did not answer within 20 s}" >&2
    exit 75
  }
}

# swarm_fail MESSAGE: ends the script with what is wrong and what to do.
swarm_fail() {
  printf 'The Swarm: %s\n' "$1" >&2
  exit 1
}
