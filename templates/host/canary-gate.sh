# gate SECONDS TEST STEADY-ARGUMENT…: ends the script unless the canary's containers are steady, its agent is healthy and one
# of its checks has run. A container that keeps restarting and an unhealthy agent fail at once; the rest may take SECONDS.
# TEST is a script that succeeds in the agent's container once a check has run. The further arguments are those of `steady`.
# Needs fail.sh, harmless.sh, steady.sh and healthy.sh.
gate() {
  seconds=$1 test=$2
  shift 2
  deadline=$(($(date +%s) + seconds))
  steady "$@" || fail_canary
  healthy "$deadline" "${agent:?}" "$agent" || fail_canary
  until docker exec "$agent" sh -c "$test" >/dev/null 2>&1; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      reason="the new $agent is healthy but has collected nothing in $seconds s. Its last output:
$(docker logs --tail 15 "$agent" 2>&1 | harmless)"
      fail_canary
    fi
    sleep 2
  done
}

fail_canary() {
  fail "the canary failed, so the other hosts were not changed: $reason"
}
