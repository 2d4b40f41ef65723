# What is looked at before a host is touched. Each function ends the script with one line of what is wrong and what to do;
# none changes anything but to pull images. They need fail.sh.

# The last line of what a program has said.
last_line() {
  printf '%s\n' "$1" | tail -n 1
}

# engine_answers USER: there is a Docker engine, and the user may use it.
engine_answers() {
  command -v docker >/dev/null 2>&1 ||
    fail "there is no docker command. Install Docker (its client and engine), then run again. If it is installed, put its folder into the PATH of commands that ssh runs (\$PATH there is $PATH)."
  answer=$(docker version --format '{{.Server.Version}}' 2>&1) || case $answer in
    *"permission denied"*) fail "user $1 may not use Docker. Add the user to the docker group (usermod -aG docker $1), then run again." ;;
    *) fail "the Docker engine does not answer ($(last_line "$answer")). Start it (systemctl start docker), then run again." ;;
  esac
}

# networks_can_be_joined NAME…: the engine would let a container join each network: one that is there, to which containers
# of their own may be attached.
networks_can_be_joined() {
  other="name another one in the host's networks, then run again."
  for network; do
    # Name, scope, whether single containers may join, and what else keeps them out.
    answer=$(docker network inspect --format '{{.Name}} {{.Scope}} {{.Attachable}} {{if .ConfigOnly}}config-only{{else if .Ingress}}ingress{{else}}-{{end}}' "$network" 2>&1) || case $answer in
      *"not found"* | *"o such network"*) fail "there is no Docker network $network. Create it (docker network create $network) or take it out of the host's networks, then run again." ;;
      *) fail "the Docker network $network can't be looked at ($(last_line "$answer")). Mend that, or $other" ;;
    esac
    case $answer in
      *' config-only') fail "no container can join the Docker network $network: it holds settings for other networks alone. Join one that is made from it, or $other" ;;
      *' ingress') fail "no container can join the Docker network $network: it is the swarm's own for published ports. Take it out, or $other" ;;
      *' swarm false '*) fail "the Docker network $network takes services of the swarm alone. Make it anew with docker network create --attachable, or $other" ;;
    esac
  done
}

# no_other_owner STACK: no stack's container is in the way. Those of another host or stack can't be taken over. Needs
# old-containers.sh.
no_other_owner() {
  others=$(
    old_containers | while read -r _ _ name _ their_stack their_host; do
      stack=${their_stack#stack=}
      [ -n "$stack" ] || continue
      their_host=${their_host#host=}
      if [ "$stack" = "$1" ]; then
        printf '%s\n' "the container $name is that of host $their_host of this stack. If that host is called ${host:?} now, add formerNames: [$their_host] to it, then run again."
      else
        printf '%s\n' "the container $name belongs to stack $stack, which watches this machine as host $their_host. If this stack was called $stack before, add formerStackNames: [$stack] to it. Else take the machine out of one of the stacks (and run up there). Then run again."
      fi
    done
  )
  [ -z "$others" ] || fail "$others"
}

# nothing_in_the_way: no container is in the way at all. Needs old-containers.sh.
nothing_in_the_way() {
  old=$(
    old_containers | while read -r _ running name image _; do
      if [ "$running" = true ]; then state=running; else state=stopped; fi
      printf '%s\n' "$name ($image, $state)"
    done
  )
  [ -z "$old" ] || fail "in the way: $(printf '%s\n' "$old" | tr '\n' ';' | sed 's/;$//; s/;/, /g'). This stack did not make them, and nothing was touched. To take them over, set adopt: true for the host or the stack: they go once the new containers are healthy. Or remove them yourself; then run again."
}

# root_can_be_made USER ROOT: the user may make the folder, or write into it where it is there.
root_can_be_made() {
  folder=$2
  while ! [ -e "$folder" ]; do
    folder=${folder%/*}
    folder=${folder:-/}
  done
  if ! [ -d "$folder" ] || ! [ -w "$folder" ]; then
    fail "user $1 can't make the folder $2. Give the user that folder, or name another one as root, then run again."
  fi
  has_room "the folder $2" "$folder"
}

# has_room WHAT PATH: the file system of a path is not full. One that df knows nothing of is taken to have room.
has_room() {
  kibibytes=$(df -Pk "$2" 2>/dev/null | available)
  files=$(df -Pi "$2" 2>/dev/null | available)
  if [ "${kibibytes:-1024}" -lt 1024 ] || [ "${files:-64}" -lt 64 ]; then
    fail "the disk with $1 ($2) is full. Free space there (docker system df), then run again."
  fi
}

# What is available, by a table of df: the fourth column of its last line. A file system that does not count its files has
# none in all.
available() {
  tail -n 1 | {
    read -r _ total _ left _ || total=0
    case $total$left in
      0* | *[!0-9]*) ;;
      *) printf '%s' "$left" ;;
    esac
  }
}

# engine_has_room: there is room for containers.
engine_has_room() {
  engine_root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) || engine_root=
  [ -z "$engine_root" ] || has_room "the Docker engine's files" "$engine_root"
}

# plain_files FOLDER: all password files are plain ones. The generator would follow a link to wherever it leads.
plain_files() {
  odd=$(find "$1" -mindepth 1 ! -type f 2>/dev/null | head -n 1)
  [ -z "$odd" ] || fail "$odd is no plain file, and password files are read by whoever follows a link. Put the file itself there, then run again."
}

# images_can_be_had IMAGE…: each image is on the host or can be pulled; the docker provider finds it there then.
images_can_be_had() {
  for image; do
    docker image inspect "$image" >/dev/null 2>&1 || answer=$(docker pull --quiet "$image" 2>&1) ||
      fail "the image $image can't be had ($(last_line "$answer")). See that its reference in the stack file is right and that the host reaches its registry (or load the image there by hand), then run again."
  done
}
