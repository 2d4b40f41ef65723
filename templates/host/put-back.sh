# put_back LABEL=VALUE…: undoes set_aside, even if that was cut off. The old containers get their names back and run as before.
# Ours, which have these labels, are stopped and renamed but not removed, because the state refers to them by id. Does nothing
# if no container was set aside. Needs old-containers.sh, containers-with.sh and rename.sh.
put_back() {
  old_containers | grep -q '[.]before-takeover' || return 0
  # The agent first: it still has the name by which the old generator signals.
  for role in "${agent:?}" "${generator:?}"; do
    for own in $(containers_with "$@"); do
      [ "$(docker inspect --format '{{.Name}}' "$own")" = "/$role" ] || continue
      rename_container "$own" "$role.failed-takeover"
      docker stop "$own" >/dev/null
    done
  done
  # The agent is also put back first: the old generator signals it when it starts.
  {
    old_containers | grep " ${agent}[.]" || true
    old_containers | grep -v " ${agent}[. ]" || true
  } | while read -r id _ name _; do
    case $name in
      *.before-takeover-stopped) docker rename "$id" "${name%.before-takeover-stopped}" ;;
      *.before-takeover)
        docker rename "$id" "${name%.before-takeover}"
        docker start "$id" >/dev/null
        ;;
    esac
  done
}
