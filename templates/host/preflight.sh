# What is checked before a host is changed. Each function ends the script with one line that says what is wrong and what to
# do. None of them changes anything, except that images are pulled and a container is created for a moment. They need
# fail.sh and ask.sh.

nl='
'

# The last line of a program's output.
last_line() {
  printf '%s\n' "$1" | tail -n 1
}

# engine_answers USER: there is a Docker engine that answers, and the user may use it.
engine_answers() {
  command -v docker >/dev/null 2>&1 ||
    fail "there is no docker command. Install Docker (its client and engine), then run again. If it is installed, put its folder into the PATH of commands that ssh runs (\$PATH there is $PATH)."
  answer=$(ask docker version --format '{{.Server.Version}}') || {
    case $(docker --version 2>/dev/null) in *odman*) refuse_podman ;; esac
    case $answer in
      *"permission denied"*) fail "user $1 may not use Docker. Add the user to the docker group (usermod -aG docker '$1'), then run again." ;;
      *[Cc]ontext*"not found"* | *tcp://* | *ssh://*) fail "the docker command of user $1 does not use this machine's engine ($(last_line "$answer")). Let it do so (docker context use default, no DOCKER_HOST or DOCKER_CONTEXT in ~/.bashrc and the like), then run again." ;;
      *"API version is"*) fail "the docker command and the Docker engine there don't fit together ($(last_line "$answer")). Install both in the same version, or remove DOCKER_API_VERSION from the environment of user $1, then run again." ;;
      *) fail "the Docker engine does not answer ($(last_line "$answer")). Start it (systemctl start docker), then run again." ;;
    esac
  }
  case $answer in
    # Docker's versions went from 1 to 17.
    [2-9].*) refuse_podman ;;
    1.* | 17.* | 18.* | 19.*) fail "the Docker engine there is version $answer, and at least 20.10 is needed. Install a newer one, then run again." ;;
  esac
}

refuse_podman() {
  fail "the docker command there is Podman's, and Podman does not have all that is needed of an engine. Install Docker (its client and engine) in its place, then run again."
}

# networks_can_be_joined NAME…: each network exists, and the engine would let a single container join it.
networks_can_be_joined() {
  other="name another one in the host's networks, then run again."
  for network; do
    # Name, scope, whether single containers may join, and what else keeps them out.
    answer=$(ask docker network inspect --format '{{.Name}} {{.Scope}} {{.Attachable}} {{if .ConfigOnly}}config-only{{else if .Ingress}}ingress{{else}}-{{end}}' "$network") || case $answer in
      *"not found"* | *"o such network"*)
        [ "$network" != bridge ] || fail "the Docker engine has no network bridge. Remove bridge: none from its settings (/etc/docker/daemon.json) and restart it, or set agent: { network: host }, then run again."
        fail "there is no Docker network $network. Create it (docker network create $network) or remove it from the host's networks, then run again."
        ;;
      *) fail "the Docker network $network can't be inspected ($(last_line "$answer")). Correct that, or $other" ;;
    esac
    # Docker also finds networks by their ids, and an id may begin like a name.
    case $answer in
      "$network "* | "") ;;
      *) fail "there is no Docker network named $network: it is the id, or the beginning of the id, of the network ${answer%% *}. Write that name in the host's networks, or create $network (docker network create $network), then run again." ;;
    esac
    case $answer in
      *' config-only') fail "no container can join the Docker network $network: it only holds settings for other networks. Join one that is created from it, or $other" ;;
      *' ingress') fail "no container can join the Docker network $network: the swarm uses it for published ports. Remove it from the list, or $other" ;;
      *' swarm false '*) fail "the Docker network $network is open to swarm services only. Create it again with docker network create --attachable, or $other" ;;
    esac
  done
}

# no_other_owner STACK: no container of another host or stack is in the way. Those can't be taken over. Sets `in_the_way`.
# Needs old-containers.sh.
no_other_owner() {
  in_the_way=$(old_containers)
  others=$(
    printf '%s\n' "$in_the_way" | while read -r _ _ name _ their_stack their_host; do
      stack=${their_stack#stack=}
      [ -n "$stack" ] || continue
      their_host=${their_host#host=}
      if [ "$stack" = "$1" ]; then
        printf '%s\n' "the container $name belongs to host $their_host of this stack. If that host is now called ${host:?}, add formerNames: [$their_host] to it, then run again."
      else
        printf '%s\n' "the container $name belongs to stack $stack, which monitors this machine as host $their_host. If this stack was called $stack before, add formerStackNames: [$stack] to it. Otherwise remove the machine from one of the stacks (and run up there). Then run again."
      fi
    done
  )
  [ -z "$others" ] || fail "$others"
}

# nothing_in_the_way: no container at all is in the way. Needs `in_the_way`.
nothing_in_the_way() {
  [ -n "$in_the_way" ] || return 0
  old=$(
    printf '%s\n' "$in_the_way" | while read -r _ running name image _; do
      if [ "$running" = true ]; then state=running; else state=stopped; fi
      printf '%s\n' "$name ($image, $state)"
    done
  )
  fail "in the way: $(printf '%s\n' "$old" | tr '\n' ';' | sed 's/;$//; s/;/, /g'). This stack did not create them, and nothing was changed. To take them over, set adopt: true for the host or the stack: they are removed once the new containers are healthy. Or remove them yourself. Then run again."
}

# no_swarm_agent: no task of a Swarm's service collects here already. Needs the values of old-containers.sh.
no_swarm_agent() {
  tasks=$(docker ps --no-trunc --filter "label=com.docker.swarm.service.name=${agent:?}" --format "{{.Names}} {{.Label \"${stack_label:?}\"}}" 2>/dev/null) || return 0
  # The names of tasks begin with their service's.
  case $tasks in "$agent."*) ;; *) return 0 ;; esac
  stack=${tasks%%"$nl"*}
  stack=${stack#* }
  fail "the Swarm of this machine already runs a task of the service $agent here${stack:+, for stack $stack}, and two agents must not collect at once. Remove the machine from this stack, or keep the tasks away from it (swarm.placement in the other stack, docker node update --label-add), then run again."
}

# root_can_be_made USER ROOT: the user may create the folder, or write into it if it exists.
root_can_be_made() {
  folder=$2
  while ! [ -e "$folder" ]; do
    folder=${folder%/*}
    folder=${folder:-/}
  done
  if ! [ -d "$folder" ] || ! [ -w "$folder" ]; then
    fail "user $1 can't create the folder $2. Give it to the user, or set another one as root, then run again."
  fi
  is_not_full "the folder $2" "$folder"
}

# is_not_full WHAT PATH: the file system of a path is not full. If df does not know it, it counts as not full.
is_not_full() {
  kibibytes=$(df -Pk "$2" 2>/dev/null | available)
  files=$(df -Pi "$2" 2>/dev/null | available)
  if [ "${kibibytes:-1024}" -lt 1024 ] || [ "${files:-64}" -lt 64 ]; then
    fail "the disk with $1 ($2) is full. Free space there (docker system df), then run again."
  fi
}

# Reads what is available from df's output: the fourth column of the last line. A file system that does not count its files
# reports a total of 0.
available() {
  tail -n 1 | {
    read -r _ total _ left _ || total=0
    case $total$left in
      0* | *[!0-9]*) ;;
      *) printf '%s' "$left" ;;
    esac
  }
}

# engine_is_fit USER: the engine has root's rights, and the disk with its files is not full.
engine_is_fit() {
  info=$(docker info --format '{{.SecurityOptions}} {{.DockerRootDir}}' 2>/dev/null) || info=
  case $info in
    *name=rootless*) fail "the docker command of user $1 uses an engine without root rights (rootless), which can't show the agent the host's processes. Let it use the system's engine (docker context use default, no DOCKER_HOST), then run again." ;;
  esac
  # The options are a list in brackets.
  engine_root=${info#*] }
  [ -z "$engine_root" ] || is_not_full "the Docker engine's files" "$engine_root"
}

# plain_files FOLDER: all password files are regular files. The generator would follow a link to any file.
plain_files() {
  odd=$(find "$1" -mindepth 1 ! -type f 2>/dev/null | head -n 1)
  [ -z "$odd" ] || fail "$odd is not a regular file. A link in this folder could lead to any file, so put the file itself there, then run again."
}

# images_are_available IMAGE…: each image is on the host or can be pulled. The docker provider then finds it there. Sets
# `available`.
images_are_available() {
  available=yes
  ! docker image inspect "$@" >/dev/null 2>&1 || return 0
  for image; do
    docker image inspect "$image" >/dev/null 2>&1 || answer=$(docker pull --quiet "$image" 2>&1) ||
      fail "the image $image is not available ($(last_line "$answer")). Check that its reference in the stack file is right and that the host reaches its registry (or load the image there by hand), then run again."
  done
}

# The path at which a trial container has the host's folder.
mounted=/run/datadog-hosts-folder

# engine_takes NAME IMAGE SOCKET FLAG…: the engine accepts a container with these flags. It is created under another name. If
# SOCKET is not empty, or the image is for another kind of machine, it is started as well. Then it only checks whether the
# engine's socket is at that path in it, and whether the engine has mounted the host's own folder. If the image is not there
# yet, only the provider can pull it. Needs root_can_be_made, which sets `folder`.
engine_takes() {
  name=$1 image=$2 socket=$3
  shift 3
  [ -n "${available-}" ] || docker image inspect "$image" >/dev/null 2>&1 || return 0
  trial="$name.preflight"
  question="[ -z '$socket' ] || [ -S '$socket' ] || exit 9; "
  question="${question}seen=\$(stat -c %d:%i $mounted 2>/dev/null) || exit 0; "
  question="${question}[ \$seen = $(stat -L -c %d:%i "$folder") ] || exit 10; [ -x $mounted ] || exit 11"
  # A run that was cut off may have left one of that name.
  answer=$(create_trial "$@") || { remove_trial && answer=$(create_trial "$@"); } || refuse_trial
  # The engine warns of an image for another platform.
  case $socket$answer in /* | *platform*) try_start ;; esac
  remove_trial
}

create_trial() {
  docker create --name "$trial" --network none --log-driver none --entrypoint sh \
    --mount "type=bind,\"source=$folder\",target=$mounted,readonly" "$@" "$image" -c "$question" 2>&1
}

# remove_trial: also removes the volumes that the image declares.
remove_trial() {
  docker rm --force --volumes "$trial" >/dev/null 2>&1 || true
}

try_start() {
  status=0
  answer=$(docker start --attach "$trial" 2>&1 </dev/null) || status=$?
  case $status in
    0) ;;
    9)
      remove_trial
      fail "the Docker engine's socket is not /var/run/docker.sock, where the containers look for it. Let the engine listen there too (dockerd --host unix:///var/run/docker.sock; an engine without root rights is not supported), then run again."
      ;;
    10)
      remove_trial
      sees_other_files
      ;;
    11)
      remove_trial
      fail "a container can't enter the folder $folder of this machine, where the root folder belongs: it is on a network file system that gives root no rights (root_squash), or the system's security rules forbid it. Set a root on a local disk, then run again."
      ;;
    *) refuse_trial ;;
  esac
}

sees_other_files() {
  fail "the Docker engine does not see this machine's folder $folder, where the root folder belongs: it runs on another machine (docker context show, DOCKER_HOST), or it is confined to some folders, as the snap is to homes. Let the docker command use this machine's engine, or set a root that the engine sees, then run again."
}

refuse_trial() {
  remove_trial
  case $answer in
    *"bind source path does not exist: $folder") sees_other_files ;;
    *"user namespace"*) remedy="The agent has to see all processes, so the engine must run without userns-remap: remove it from the engine's settings, restart the engine" ;;
    *"exec format error"*) remedy="The image $image is for another kind of processor: name one for $(uname -m)" ;;
    *) remedy="Correct that on the host or in the stack file" ;;
  esac
  fail "the Docker engine refuses the container $name as the stack file describes it ($(last_line "$answer")). $remedy, then run again."
}
