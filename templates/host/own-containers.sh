# own_containers ROLE…: the full ids of the containers that this stack created here for these roles, running or not, whatever
# their names are now.
#
# stack_label, host_label, role_label    the labels with a container's owner and role
# ours                                   a line for each current or former name: stack=NAME host=NAME
own_containers() {
  for own_role; do
    printf '%s\n' "${ours:?}" | while read -r own_stack own_host; do
      docker ps --all --quiet --no-trunc --filter "label=${stack_label:?}=${own_stack#stack=}" \
        --filter "label=${host_label:?}=${own_host#host=}" --filter "label=${role_label:?}=$own_role"
    done
  done
}

# remove_others ROLE ID: removes all containers of a role except this one, with the volumes that their image declares.
remove_others() {
  for own in $(own_containers "$1"); do
    [ "$own" = "$2" ] || docker rm --force --volumes "$own" >/dev/null
  done
}

# remove_leftovers ID…: removes the host's own containers except these: those that they replaced, and those of an `up` that was
# cut off. With the volumes that their image declares.
remove_leftovers() {
  for own in $(own_containers agent generator filter); do
    case " $* " in
      *" $own "*) ;;
      *) docker rm --force --volumes "$own" >/dev/null ;;
    esac
  done
}
