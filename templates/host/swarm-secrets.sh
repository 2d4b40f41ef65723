# The secrets of a Swarm that hold passwords: users create them. Nothing is changed. Needs swarm-manager.sh.

# secret_ids NAME…: prints the ids of secrets, a line for each.
secret_ids() {
  for secret; do
    id=$(docker secret inspect --format '{{.ID}}' "$secret" 2>/dev/null) ||
      swarm_fail "there is no secret $secret. Create it on a manager (docker secret create $secret -), or correct swarm.passwords, then run again."
    printf '%s\n' "$id"
  done
}
