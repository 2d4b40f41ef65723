# ask COMMAND…: prints what the command prints; if it fails, its errors, and fails too. Docker's client also writes on stderr
# when all is well, for example a warning that it can't read its own settings: that is no part of the answer.
ask() {
  "$@" 2>/dev/null || {
    "$@" 2>&1 >/dev/null | sed '/^WARNING: /d'
    return 1
  }
}
