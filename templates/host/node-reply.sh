# A task on a node of a Swarm that answers questions. Its log lies on the node until it is read, and other programs may collect
# it. So the answers are encrypted: only who has asked can read them.

# reply KEY SCRIPT: runs a script and prints its output, encrypted for the holder of a private key. KEY is the public one, in
# PEM. Each line begins with the node's id: `key` is followed by the key of this answer, `data` by a part of it, `end` by
# nothing; or `problem` by why there is no answer.
reply() {
  for program in openssl gzip base64; do
    command -v "$program" >/dev/null 2>&1 || {
      echo "${SWARM_NODE:?} problem there is no $program command, without which its answers can't be encrypted. Install it, then ask again."
      return 0
    }
  done
  key=$(openssl rand -hex 32)
  sealed=$(
    printf '%s\n' "$1" | {
      printf %s "$key" |
        openssl pkeyutl -encrypt -pubin -inkey /dev/fd/3 -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256
    } 3<&0 | base64 | tr -d '\n'
  )
  echo "${SWARM_NODE:?} key $sealed"
  sh -c "$2" 2>/dev/null | gzip -c | key=$key openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -pass env:key |
    base64 -w 8000 | sed "s/^/$SWARM_NODE data /"
  # The last line of the data has no end of its own.
  printf '\n%s end\n' "$SWARM_NODE"
}
