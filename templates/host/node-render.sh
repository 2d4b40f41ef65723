# Renders configs on a node of a Swarm, in the container of the job that asks it, which has the generator's image. Needs files.sh.

# render_draft TEMPLATES [FILE CONTENT]…: prints what docker-gen renders now. TEMPLATES are the files' names, separated by
# semicolons, the one that calls the others first; of two definitions in them, the last one holds. The files lie in memory.
render_draft() {
  templates=$1
  shift
  folder=$(mktemp -d /dev/shm/render.XXXXXX)
  trap 'rm -rf "$folder"' EXIT
  lay_down "$folder" "$@"
  docker-gen "$templates"
}
