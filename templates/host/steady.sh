# steady SECONDS ID…: watches containers for that time. If one of them ends, is started again or is missing, it fails and
# sets `reason`. Needs harmless.sh.
steady() {
  until=$(($(date +%s) + $1))
  shift
  before=
  while :; do
    if ! now=$(docker inspect --format '{{.Id}} {{.State.Status}} {{.RestartCount}}' "$@" 2>&1); then
      reason="a container that was just created no longer exists. Run make up again."
      return 1
    fi
    before=${before:-$now}
    ended=$(
      printf '%s\n' "$now" | while read -r id status count; do
        if [ "$status" != running ] || ! printf '%s\n' "$before" | grep -q "^$id running $count\$"; then
          printf '%s\n' "$id"
          break
        fi
      done
    )
    [ -z "$ended" ] || break
    [ "$(date +%s)" -lt "$until" ] || return 0
    sleep 0.5
  done
  said=$(docker logs --tail 5 "$ended" 2>&1 | harmless)
  reason="the new $(docker inspect --format '{{.Name}}' "$ended" | tr -d /) keeps restarting. Its last output:
$said"
  return 1
}

# must_be_steady SECONDS ID…: the same, but ends the script if it fails. Needs fail.sh.
must_be_steady() {
  steady "$@" || fail "$reason"
}
