# put_back LABEL=VALUE…: undoes set_aside, as far as it has come. The old containers get their names again and run as they
# did before; ours, which have these labels, stop and stand aside, so that the state finds them by their ids. Where nothing
# old was set aside it does nothing. Needs old-containers.sh, containers-with.sh and rename.sh.
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
  # And back first: what the old generator finds at its start, it signals once.
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
