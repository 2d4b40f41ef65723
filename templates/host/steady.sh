# steady SECONDS GENERATOR ID…: waits until each container has run for that time since its start. GENERATOR is the generator's
# id: that container need not wait once it has published configs. If a container ends, is started again or is missing
# meanwhile, this fails and sets `reason`. Needs harmless.sh.
#
# published    the file in the generator's container that shows that it has published
steady() {
  watched=$1 publisher=$2
  shift 2
  until=$(($(date +%s) + watched + 1))
  before=
  while :; do
    # A date command that can't calculate leaves this empty: then the containers are watched for the whole time.
    limit=$(date -u -d "-$watched seconds" +%Y-%m-%dT%H:%M:%S.%N 2>/dev/null) || limit=
    if ! now=$(docker inspect --format '{{.Id}} {{.State.Status}} {{.RestartCount}} {{.State.StartedAt}}' "$@" 2>/dev/null); then
      reason="a container that was just created no longer exists. Run make up again."
      return 1
    fi
    before=${before:-$now}
    ended=$(
      printf '%s\n' "$now" | while read -r id status count start; do
        if [ "$status" != running ] || ! printf '%s\n' "$before" | grep -qxF "$id running $count $start"; then
          printf '%s\n' "$id"
          break
        fi
      done
    )
    [ -z "$ended" ] || break
    young=$(printf '%s\n' "$now" | awk -v limit="$limit" '$4 "" > limit "" { print $1 }')
    [ "$young" != "$publisher" ] || ! docker exec "$publisher" test -e "${published:?}" >/dev/null 2>&1 || young=
    left=$((until - $(date +%s)))
    if [ -z "$young" ] || [ "$left" -le 0 ]; then return 0; fi
    # Each look costs processor time. Docker's counts also show the last one what has happened before it.
    if [ "$young" = "$publisher" ] || [ -z "$limit" ]; then sleep 0.2; else sleep "$(remaining "$now")"; fi
  done
  said=$(docker logs --tail 5 "$ended" 2>&1 | harmless)
  reason="the new $(docker inspect --format '{{.Name}}' "$ended" | tr -d /) keeps restarting. Its last output:
$said"
  return 1
}

# remaining STATES: prints after how many seconds the youngest container has run for long enough; the generator may be accepted
# earlier. Uses what `steady` has set.
remaining() {
  youngest=$(printf '%s\n' "$1" | awk -v publisher="$publisher" '$1 != publisher && $4 "" > last "" { last = $4 } END { print last }')
  awk -v now="$(date +%s.%N)" -v start="$(date -d "$youngest" +%s.%N)" -v watched="$watched" -v left="$left" 'BEGIN {
    seconds = start + watched - now + 0.02
    print (seconds < 0.2 ? 0.2 : (seconds > left ? left : seconds))
  }'
}

# must_be_steady SECONDS GENERATOR ID…: the same, but ends the script if it fails. Needs fail.sh.
must_be_steady() {
  steady "$@" || fail "$reason"
}
