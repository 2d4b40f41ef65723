# Gives the containers' names free. The old agent runs on under another one, for its successor is not there yet; the old
# generators stop, for they would signal the new agent. What stands behind a name says all there is to know to put the
# container back, so a run that is cut off leaves nothing that the next one can't read off the host; done again, it finds
# nothing more to do. Needs old-containers.sh and rename.sh.
set_aside() {
  old_containers | while read -r id running name _ their_stack _; do
    # The preflight has refused it, but that was at another time.
    if [ "$their_stack" != stack= ]; then
      printf '%s\n' "the container $name belongs to ${their_stack#stack=}" >&2
      exit 1
    fi
    case $name in
      "${agent:?}.before-takeover" | *.before-takeover-stopped) continue ;;
      *.before-takeover) ;;
      *)
        if [ "$running" = true ]; then end=before-takeover; else end=before-takeover-stopped; fi
        rename_container "$id" "$name.$end"
        ;;
    esac
    [ "$name" = "$agent" ] || docker stop "$id" >/dev/null
  done
}
