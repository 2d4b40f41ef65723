# Waits until the nodes of a Swarm run the services as they were deployed. The engine does not do that for global services.
# Needs swarm-manager.sh and harmless.sh.

# revision_of PATH: a template of docker for the revision in the specification of a task.
# shellcheck disable=SC2016
revision_of() {
  printf '%s' '{{$found := "-"}}{{range '"$1"'.ContainerSpec.Env}}{{$pair := split . "="}}{{if eq (index $pair 0) "DATADOG_HOSTS_REVISION"}}{{$found = index $pair 1}}{{end}}{{end}}{{$found}}'
}

# tasks SERVICE: a line for each task: its node's id, desired state, state, revision and id.
tasks() {
  # A task may be gone before it is inspected.
  docker service ps --quiet --no-trunc "$1" 2>/dev/null |
    xargs -r docker inspect --type task --format "{{.NodeID}} {{.DesiredState}} {{.Status.State}} $(revision_of .Spec) {{.ID}}" 2>/dev/null || true
}

# last_words SERVICE REVISION: why a task of this revision failed last, with its last output.
last_words() {
  task=$(tasks "$1" | awk -v revision="$2" '($3 == "failed" || $3 == "rejected") && $4 == revision { print $5; exit }')
  [ -n "$task" ] || return 0
  node=$(docker node inspect --format '{{.Description.Hostname}}' "$(docker inspect --type task --format '{{.NodeID}}' "$task")" 2>/dev/null) || node=
  printf ' On node %s:\n' "${node:-that has left}"
  {
    docker inspect --type task --format '{{.Status.Err}}' "$task"
    timeout 10 docker service logs --raw --tail 5 "$task" 2>&1
  } | harmless
}

# unlike SERVICE REVISION: ends the script because the Swarm has another revision of the service than was deployed.
unlike() {
  case $state in
    rollback*) swarm_fail "the engine has rolled the service $1 back, because a node failed with the change.$(last_words "$1" "$2")
Correct the settings, then run again." ;;
  esac
  swarm_fail "the service $1 is not as it was deployed: somebody has changed it. Run make up again."
}

# service_runs PATIENCE NODES SERVICE REVISION MONITOR: waits until the tasks of all nodes run the revision and the update is
# over. While a node is down, the engine's update of its task never ends: then it is enough that all other nodes have run the
# revision for MONITOR seconds. Gives up if nothing changes for PATIENCE seconds, or if a task fails again and again. NODES is
# all, or some if there are constraints.
service_runs() {
  since=$(date +%s)
  before=
  while :; do
    answer=$(docker service inspect --format "$(revision_of .Spec.TaskTemplate) {{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}-{{end}}" "$3" 2>&1) || {
      # This manager may have been lost meanwhile: then the script goes on on another one.
      why=$answer
      must_manage
      ! docker service inspect "$3" >/dev/null 2>&1 || continue
      swarm_fail "the service $3 is gone ($why). Run make up again."
    }
    revision=${answer%% *}
    state=${answer#* }
    case $state in rollback_started) ;; *) [ "$revision" = "$4" ] || unlike "$3" "$4" ;; esac
    wanted=1
    [ "$2" = some ] || wanted=$(docker node ls --format '{{.Status}} {{.Availability}}' | grep -c '^Ready Active$') || wanted=1
    # Nodes that run it, nodes that should, and the most failures on one node.
    counts=$(tasks "$3" | awk -v revision="$4" '
      $2 == "running" { all++; if ($3 == "running" && $4 == revision) good++ }
      ($3 == "failed" || $3 == "rejected") && $4 == revision { failed[$1]++; if (failed[$1] > most) most = failed[$1] }
      END { print good + 0, all + 0, most + 0 }')
    good=${counts%% *}
    most=${counts##* }
    all=${counts#* }
    all=${all% *}
    [ "$all" -ge "$wanted" ] || all=$wanted
    case $state in
      - | completed) [ "$good" -lt "$all" ] || return 0 ;;
    esac
    if [ "$most" -ge 3 ] && [ "$state" = - ]; then
      swarm_fail "the service $3 fails again and again.$(last_words "$3" "$4")
Correct that, then run again."
    fi
    if [ "$good $all $state" != "$before" ]; then
      before="$good $all $state"
      since=$(date +%s)
      echo "$3: $good of $all nodes run it"
    fi
    if [ "$state $2" = "updating all" ] && [ "$good" -ge "$wanted" ] && [ $(($(date +%s) - since)) -ge "$5" ]; then
      down=$(docker node ls --format '{{.Status}}' | grep -vc '^Ready$') || down=0
      if [ "$down" -gt 0 ]; then
        echo "$3: $down nodes are down and get the change when they are back"
        return 0
      fi
    fi
    [ $(($(date +%s) - since)) -lt "$1" ] ||
      swarm_fail "the service $3 runs on $good of $all nodes, and nothing has changed for $1 s.$(last_words "$3" "$4")
Check docker service ps $3 on a manager, then run again."
    sleep 1
  done
}
