# take_over SECONDS GENERATOR-ID AGENT-ID LABEL=VALUE…: ends a takeover once both new containers run. When they are healthy
# within that time, the old ones go; else the old ones are put back, and the script fails with what the new ones have said.
# Where nothing old is on the host it does nothing more than to give ours their names. The labels are those of put_back.
# Needs fail.sh, healthy.sh, set-aside.sh and put-back.sh.
take_over() {
  seconds=$1 generator_id=$2 agent_id=$3
  shift 3
  set_aside
  # The agent last: no generator of old may run when it gets the name that those signal.
  own_name "$generator_id" "${generator:?}" || give_up "$@"
  own_name "$agent_id" "${agent:?}" || give_up "$@"
  [ -n "$(old_containers)" ] || return 0
  deadline=$(($(date +%s) + seconds))
  healthy "$deadline" "$generator_id" "$generator" || give_up "$@"
  healthy "$deadline" "$agent_id" "$agent" || give_up "$@"
  old_containers | while read -r id _; do
    docker stop "$id" >/dev/null
    docker rm "$id" >/dev/null
  done
}

# own_name ID NAME: one of ours stands under its name and runs, whatever a failed takeover did to it.
own_name() {
  name=$(docker inspect --format '{{.Name}}' "$1" 2>/dev/null) || {
    reason="the container $2 is not there any more. Run pulumi refresh, then up again."
    return 1
  }
  [ "$name" = "/$2" ] || {
    docker rename "$1" "$2"
    docker start "$1" >/dev/null
  }
}

# give_up LABEL=VALUE…: puts the old containers back and ends the script with the `reason`.
give_up() {
  lost="the old containers could not all be put back; look at docker ps --all. Host ${host:?} (${address:?}): $reason"
  trap 'fail "$lost"' EXIT
  put_back "$@"
  trap - EXIT
  fail "the old containers run again, for $reason"
}
