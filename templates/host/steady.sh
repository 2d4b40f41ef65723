# steady SECONDS ID…: watches containers for that time. Fails, with the `reason`, where one of them ends in it, is started
# again, or is not there. Needs harmless.sh.
steady() {
  until=$(($(date +%s) + $1))
  shift
  before=
  while :; do
    if ! now=$(docker inspect --format '{{.Id}} {{.State.Status}} {{.RestartCount}}' "$@" 2>&1); then
      reason="a container that was just made is not there any more. Run make up again."
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
  reason="the new $(docker inspect --format '{{.Name}}' "$ended" | tr -d /) ends again and again. The last that it said:
$said"
  return 1
}

# must_be_steady SECONDS ID…: the same, and the end of the script where it fails. Needs fail.sh.
must_be_steady() {
  steady "$@" || fail "$reason"
}
