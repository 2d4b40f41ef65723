# set_aside: frees the containers' names. The old agent keeps running under another name until its successor is there. The old
# generators stop, because they would signal the new agent. The suffix of a name has all that is needed to put the container
# back, so the next run can continue one that was cut off. Running it again changes nothing. Needs old-containers.sh and
# rename.sh.
set_aside() {
  old_containers | while read -r id running name _ their_stack _; do
    # The preflight refuses this too, but the container may have appeared since.
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
