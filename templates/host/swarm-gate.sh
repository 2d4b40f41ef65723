# Waits until the nodes of a Swarm run the services as they were deployed. The engine does not do that for global services.
# Needs ask.sh, swarm-manager.sh and harmless.sh.

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

# count_tasks SERVICE REVISION: prints how many nodes run the revision, how many should, the most failures on one node, how many
# tasks of the revision are about to run, and how many nodes are down and paused. A node that is neither active nor up is none
# that should: the engine changes nothing there.
count_tasks() {
  {
    docker node ls --format 'node {{.ID}} {{.Status}} {{.Availability}}'
    tasks "$1"
  } | awk -v revision="$2" '
    $1 == "node" { if ($3 == "Down") down++; else if ($4 == "Pause") paused++; else if ($4 == "Active") open[$2] = 1; next }
    ($3 == "failed" || $3 == "rejected") && $4 == revision { failed[$1]++; if (failed[$1] > most) most = failed[$1] }
    !($1 in open) { next }
    $2 == "running" { all++; if ($3 == "running" && $4 == revision) good++ }
    ($2 == "running" || $2 == "ready") && $3 != "running" && $4 == revision { coming++ }
    END { for (node in open) nodes++; print good + 0, all + 0, most + 0, coming + 0, down + 0, paused + 0, nodes + 0 }'
}

# go_on SERVICE DELAY: makes the engine begin an update anew, which leaves out nodes that are down or gone. It would wait for ever for
# the one whose task it was about to change. Until rules_back, a failure pauses the update: the engine could only roll back to
# the new revision.
go_on() {
  restarts=$((restarts + 1))
  docker service update --detach --quiet --update-failure-action pause --update-delay "$(($2 + restarts))s" "$1" >/dev/null || true
}

# rules_back SERVICE DELAY: ends what go_on has begun, be it on a manager that was lost meanwhile.
rules_back() {
  tries=0
  while [ "$(docker service inspect --format '{{.Spec.UpdateConfig.FailureAction}}' "$1")" = pause ]; do
    # The engine may have changed the service since the client has read it.
    docker service update --detach --quiet --update-failure-action rollback --update-delay "$2s" "$1" >/dev/null 2>&1 || sleep 1
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || swarm_fail "the rules for updates of the service $1 can't be set back. Run make up again."
  done
}

# service_runs PATIENCE NODES SERVICE REVISION MONITOR DELAY: waits until the tasks of all nodes run the revision and the update is
# over. While a node is down, the engine's update of its task never ends: then it is enough that all other nodes have run the
# revision for MONITOR seconds. Gives up if nothing changes for PATIENCE seconds, or if a task fails again and again. NODES is
# all, or some if there are constraints; then it gives up if for MONITOR seconds there is no task at all. DELAY is how many
# seconds the engine waits before it changes the next node.
service_runs() {
  since=$(date +%s)
  before=
  restarts=0
  while :; do
    answer=$(ask docker service inspect --format "$(revision_of .Spec.TaskTemplate) {{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}-{{end}}" "$3") || {
      # This manager may have been lost meanwhile: then the script goes on on another one.
      why=$answer
      must_manage
      ! docker service inspect "$3" >/dev/null 2>&1 || continue
      swarm_fail "the service $3 is gone ($why). Run make up again."
    }
    revision=${answer%% *}
    state=${answer#* }
    case $state in rollback_started) ;; *) [ "$revision" = "$4" ] || unlike "$3" "$4" ;; esac
    read -r good all most coming down paused nodes <<END
$(count_tasks "$3" "$4")
END
    begun=$((all + coming))
    wanted=1
    [ "$2" = some ] || [ "$nodes" -eq 0 ] || wanted=$nodes
    [ "$all" -ge "$wanted" ] || all=$wanted
    case $state in
      - | completed)
        if [ "$good" -ge "$all" ]; then
          rules_back "$3" "$6"
          [ "$down" -eq 0 ] || echo "$3: nodes that are down get the change when they are back: $down"
          [ "$paused" -eq 0 ] || echo "$3: nodes that are paused get the change when they are active again: $paused"
          return 0
        fi
        ;;
      paused)
        swarm_fail "the engine has stopped to change the service $3, because a node failed with the change while another one was down.$(last_words "$3" "$4")
Correct the settings, then run again."
        ;;
    esac
    if [ "$most" -ge 3 ] && [ "$state" = - ]; then
      swarm_fail "the service $3 fails again and again.$(last_words "$3" "$4")
Correct that, then run again."
    fi
    if [ "$good $all $coming $state" != "$before" ]; then
      # Who reads this need not see each step of a task.
      case $before in "$good $all "*) ;; *) echo "$3: $good of $all nodes run it" ;; esac
      before="$good $all $coming $state"
      since=$(date +%s)
      next=$((10 + $6))
    fi
    passed=$(($(date +%s) - since))
    if [ "$state $2" = "updating all" ] && [ "$good" -ge "$wanted" ] && [ "$down" -gt 0 ] && [ "$passed" -ge "$5" ]; then
      rules_back "$3" "$6"
      echo "$3: nodes that are down get the change when they are back: $down"
      return 0
    fi
    if [ "$state" = updating ] && [ "$good" -lt "$all" ] && [ "$coming" -eq 0 ] && [ "$passed" -ge "$next" ]; then
      echo "$3: the engine waits for a node that is down or gone; it now goes on with the others"
      go_on "$3" "$6"
      next=$((passed + 60))
    fi
    if [ "$2" = some ] && [ "$begun" -eq 0 ] && [ "$passed" -ge "$5" ]; then
      swarm_fail "no node that is up and active meets the constraints in swarm.placement, so the service $3 runs nowhere. Correct them, or the labels of the nodes (docker node update --label-add), then run again."
    fi
    [ "$passed" -lt "$1" ] ||
      swarm_fail "the service $3 runs on $good of $all nodes, and nothing has changed for $1 s.$(last_words "$3" "$4")
Check docker service ps $3 on a manager, then run again."
    sleep 1
  done
}
