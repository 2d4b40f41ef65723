# Ends the script with what is wrong and what to do, in the host's name: `host` and `address` say which one it is.
fail() {
  printf 'Host %s (%s): %s\n' "${host:?}" "${address:?}" "$1" >&2
  exit 1
}
