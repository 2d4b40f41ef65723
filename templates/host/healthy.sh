# healthy DEADLINE ID NAME: waits until Docker reports a container as healthy. If it is unhealthy, keeps restarting, or is not
# healthy by the deadline (seconds since 1970), it fails and sets `reason`. Needs harmless.sh.
healthy() {
  while state=$(docker inspect --format '{{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{else}}unwatched{{end}}' "$2"); do
    case $state in
      *' healthy') return 0 ;;
      *' unhealthy') reason="the new $3 is unhealthy" ;;
      [0-2]' '*)
        if [ "$(date +%s)" -lt "$1" ]; then
          sleep 1
          continue
        fi
        reason="the new $3 was not healthy in time"
        ;;
      *) reason="the new $3 keeps restarting" ;;
    esac
    said=$(
      {
        docker logs --tail 5 "$2" 2>&1
        docker inspect --format '{{range .State.Health.Log}}{{.Output}}{{end}}' "$2" | tail -n 2
      } | harmless
    )
    reason="$reason. Its last output:
$said"
    return 1
  done
  reason="the new $3 can't be inspected"
  return 1
}
