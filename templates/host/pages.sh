# For publish.sh, whose values and functions it uses. Status pages with a port of their own: a server may refuse the port,
# or the page as a whole, and would then neither start nor read its own configuration again. So such a page is there only
# while its container runs, and goes where the server does not take it.
: "${drafts:?}" "${generated:?}" "${own_port?}"

# Whether a service's pages have ports of their own.
has_ports() {
  case " $own_port " in *" $1 "*) return 0 ;; esac
  return 1
}

# Whether somebody listens on a port in the network of a process.
listening() {
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null |
    awk -v port="$(printf ':%04X' "$2")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

# Puts a comment in a page's place. The file stays: a server may include it by its name.
take_away() {
  (umask 022 && printf '# No status page: %s\n' "$2" >"$generated/.new.page.$$")
  mv -f "$generated/.new.page.$$" "$1"
}

has_page() { [ -e "$1" ] && ! grep -q '^# No status page: ' "$1"; }

# The pages of a draft that are not to be written: those that the running server has refused before, and those whose port
# somebody else has. `closed_pages NAME DRAFT` prints their files.
closed_pages() {
  grep '^#!file ' "$2" | while read -r _ file _ container port; do
    page=$generated/$1/$file
    if has_page "$page" && grep -q "listen .*$port;" "$page"; then continue; fi
    first=$(first_process "$container")
    [ -n "$first" ] || continue
    if ! grep -q -s "^$container $first$" "$drafts/refused"; then
      listening "$first" "$port" || continue
      echo "$container $first" >>"$drafts/refused"
      take_away "$page" "port $port is taken. STATUS_PORT names another one."
    fi
    echo "$file"
  done
}

# Takes away the pages of containers that don't run. `clear_pages NAME DRAFT`.
clear_pages() {
  find "$generated/$1" -mindepth 2 -maxdepth 2 -type f | while read -r page; do
    if grep -q -F "#!file ${page#"$generated/$1/"} " "$2" || ! has_page "$page"; then continue; fi
    take_away "$page" "the container does not run."
  done
}

# Looks whether the servers have taken their pages, and takes those away that they have not taken at the third look. In
# between they are told again: one that was just starting may have missed the signal.
look_at_pages() {
  for name in $own_port; do
    [ -e "$drafts/$name.published" ] || continue
    grep '^#!file ' "$drafts/$name.published" | while read -r _ file signal container port; do
      page=$generated/$name/$file
      if grep -q -s "^$container$" "$drafts/taken" || ! has_page "$page"; then continue; fi
      first=$(first_process "$container")
      # Before the server itself runs there is nobody to take it.
      case $(cat "/proc/$first/comm" 2>/dev/null) in "$name"*) ;; *) continue ;; esac
      if listening "$first" "$port"; then
        echo "$container" >>"$drafts/taken"
        continue
      fi
      echo "$container $first" >>"$drafts/missed"
      if [ "$(grep -c "^$container $first$" "$drafts/missed")" -lt 3 ]; then
        kill -"$signal" "$first" || true
        continue
      fi
      echo "$container $first" >>"$drafts/refused"
      echo "$file: $name has not opened port $port" >&2
      take_away "$page" "$name has not opened port $port; its log says why. It is asked again when the container starts."
    done
    # Of containers that are gone nothing is kept.
    for list in taken missed refused; do
      [ -s "$drafts/$list" ] || continue
      awk 'NR == FNR { known[$4] = 1; next } $1 in known' "$drafts/$name.published" "$drafts/$list" >"$drafts/.work.$list.$$"
      mv -f "$drafts/.work.$list.$$" "$drafts/$list"
    done
  done
}
