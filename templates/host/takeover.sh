# take_over SECONDS GENERATOR-ID AGENT-ID LABEL=VALUE…: completes a takeover once both new containers run. If they become
# healthy within that time, the old ones are removed. If not, the old ones are put back, and the script fails with the output
# of the new ones. On a host without old containers it only gives ours their names. The labels are those of put_back.
# Needs fail.sh, healthy.sh, set-aside.sh and put-back.sh.
take_over() {
  seconds=$1 generator_id=$2 agent_id=$3
  shift 3
  set_aside
  # The agent last: no old generator may run when the agent gets the name that old generators signal.
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

# own_name ID NAME: makes sure that one of ours has its name and runs, whatever a failed takeover did to it.
own_name() {
  name=$(docker inspect --format '{{.Name}}' "$1" 2>/dev/null) || {
    reason="the container $2 no longer exists. Run pulumi refresh, then up again."
    return 1
  }
  [ "$name" = "/$2" ] || {
    docker rename "$1" "$2"
    docker start "$1" >/dev/null
  }
}

# give_up LABEL=VALUE…: puts the old containers back and ends the script with `reason`.
give_up() {
  lost="not all of the old containers could be put back; see docker ps --all. Host ${host:?} (${address:?}): $reason"
  trap 'fail "$lost"' EXIT
  put_back "$@"
  trap - EXIT
  fail "the old containers run again, because $reason"
}
