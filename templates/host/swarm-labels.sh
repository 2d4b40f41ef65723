# The labels of a Swarm's nodes, of which only managers know. Nothing is changed. Needs swarm-manager.sh.

# node_labels LABEL…: prints a line for each of these labels of each node: label NODE LABEL VALUE, the value in JSON.
node_labels() {
  for label; do
    docker node ls --quiet |
      xargs -r docker node inspect --format "{{with index .Spec.Labels \"$label\"}}label {{\$.ID}} $label {{json .}}{{end}}"
  done | sed '/^$/d' | LC_ALL=C sort
}
