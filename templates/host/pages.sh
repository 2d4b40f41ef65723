# For publish.sh, whose values and functions it uses. A server may refuse a status page with its own port, and would then
# neither start nor reload its own configuration. So such a page exists only while its container runs, and is removed if
# the server refuses it.
: "${drafts:?}" "${generated:?}" "${own_port?}"

# Whether a service's pages have ports of their own.
has_ports() {
  case " $own_port " in *" $1 "*) return 0 ;; esac
  return 1
}

# server_process NAME CONTAINER: prints the id of a web server's first process. An init, a supervisor or a script that starts it
# may end at the server's signal, and the container with it.
server_process() {
  case $1 in
    nginx) programs='nginx|nginx-debug|openresty|angie|angie-debug' ;;
    *) programs='apache2|httpd|httpd[.]worker|httpd[.]event' ;;
  esac
  processes_of "$2" | awk -v programs="^($programs)$" '$2 ~ programs && NF == 2 { print $1; exit }'
}

# Whether a port is open in the network of a process.
listening() {
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null |
    awk -v port="$(printf ':%04X' "$2")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

# Replaces a page by a comment. The file stays, because a server may include it by its name.
remove_page() {
  (umask 022 && printf '# No status page: %s\n' "$2" >"${1%/*}/.new.page.$$")
  mv -f "${1%/*}/.new.page.$$" "$1"
}

# Whether a process mounts a folder of generated files that was removed: no page reaches it any more.
mounts_removed_folder() {
  awk -v target="$generated" '
    NR == FNR { if ($5 == target) own = $4 "/"; next }
    own != "" && index($4, own) == 1 && $4 ~ /\/\/deleted$/ { found = 1 }
    END { exit !found }
  ' /proc/self/mountinfo "/proc/$1/mountinfo" 2>/dev/null
}

# refuse_page PAGE PROCESS REASON: removes the page of a running server.
refuse_page() {
  reason=$3
  # Its port may be open because it has loaded an earlier page, which nobody can change any more.
  ! mounts_removed_folder "$2" || reason="the container mounts a folder that was removed. Restart the container."
  remove_page "$1" "$reason"
}

has_page() { [ -e "$1" ] && ! grep -q '^# No status page: ' "$1"; }

# closed_pages NAME DRAFT: prints the files of pages that must not be written, because the running server has refused them
# before, or their port is in use.
closed_pages() {
  grep '^#!file ' "$2" | while read -r _ file _ container port; do
    page=$generated/$1/$file
    if has_page "$page" && grep -q "listen .*$port;" "$page"; then continue; fi
    first=$(first_process "$container")
    [ -n "$first" ] || continue
    if ! grep -q -s "^$container $first$" "$drafts/refused"; then
      listening "$first" "$port" || continue
      echo "$container $first" >>"$drafts/refused"
      refuse_page "$page" "$first" "port $port is in use. Set another one with STATUS_PORT."
    fi
    echo "$file"
  done
}

# clear_pages NAME DRAFT: removes the pages of containers that don't run.
clear_pages() {
  find "$generated/$1" -mindepth 2 -maxdepth 2 -type f | while read -r page; do
    if grep -q -F "#!file ${page#"$generated/$1/"} " "$2" || ! has_page "$page"; then continue; fi
    remove_page "$page" "the container does not run."
  done
}

# Checks whether the servers have loaded their pages, and removes those that are not loaded at the third check. Before that,
# it signals the servers again, because a server that was just starting may have missed the signal.
check_pages() {
  for name in $own_port; do
    [ -e "$drafts/$name.published" ] || continue
    grep '^#!file ' "$drafts/$name.published" | while read -r _ file signal container port; do
      page=$generated/$name/$file
      if grep -q -s "^$container$" "$drafts/loaded"; then continue; fi
      first=$(first_process "$container")
      if ! has_page "$page"; then
        # Its server has restarted so fast that docker-gen has rendered nothing new: the next check publishes the page.
        [ -z "$first" ] || grep -q -s "^$container $first$" "$drafts/refused" || echo "#again" >>"$drafts/$name.published"
        continue
      fi
      server=$(server_process "$name" "$container")
      # It does not run yet.
      [ -n "$server" ] || continue
      if listening "$server" "$port"; then
        echo "$container" >>"$drafts/loaded"
        continue
      fi
      echo "$container $first" >>"$drafts/missed"
      if [ "$(grep -c "^$container $first$" "$drafts/missed")" -lt 3 ]; then
        kill -"$signal" "$server" || true
        continue
      fi
      echo "$container $first" >>"$drafts/refused"
      echo "$file: $name has not opened port $port" >&2
      refuse_page "$page" "$first" "$name has not opened port $port; its log says why. The page comes back when the container restarts."
    done
    # Removes entries of containers that are gone.
    for list in loaded missed refused; do
      [ -s "$drafts/$list" ] || continue
      awk 'NR == FNR { known[$4] = 1; next } $1 in known' "$drafts/$name.published" "$drafts/$list" >"$drafts/.work.$list.$$"
      mv -f "$drafts/.work.$list.$$" "$drafts/$list"
    done
  done
}
