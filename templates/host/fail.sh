# fail MESSAGE: ends the script with what is wrong and what to do. `host` and `address` identify the host.
fail() {
  printf 'Host %s (%s): %s\n' "${host:?}" "${address:?}" "$1" >&2
  exit 1
}
