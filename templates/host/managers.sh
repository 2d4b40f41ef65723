# Runs a script on the first manager of a Swarm that answers. This part runs on the machine that deploys; `script` is the
# manager's part. The script gets the variables `host` and `address` of the manager that it runs on.
: "${script:?}"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
tried=

# try_manager NAME ADDRESS COMMAND…: runs the script on a manager, by a command that logs in there, and ends as it ends.
# Returns only if there is no connection (255), or if the manager says that it can't manage the Swarm now (75).
try_manager() {
  manager="$1 ($2)"
  status=0
  {
    printf 'host=%s\naddress=%s\n' "$1" "$2"
    printf %s "$script"
  } | {
    shift 2
    "$@" 'sh -s'
  } 2>"$said" || status=$?
  case $status in
    255 | 75) tried="$tried
  $manager: $(tail -n 1 "$said")" ;;
    *)
      cat "$said" >&2
      exit "$status"
      ;;
  esac
}

# no_manager: ends the script, because none of the managers answered.
no_manager() {
  printf 'The Swarm: none of its managers answers as one. Check them and swarm.managers, then run again.%s\n' "$tried" >&2
  exit 1
}
