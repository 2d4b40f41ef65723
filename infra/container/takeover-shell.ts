import { quote } from "../host";
import { containerNames, identitiesOf, type Owner, ownerLabels } from "../names";

/**
 * What stands behind the name of an old container while its successor is not proven. The name says all there is to
 * know to put it back, so a run that is cut off leaves nothing that the next one can't read off the host.
 */
const aside = { running: ".before-takeover", stopped: ".before-takeover-stopped" } as const;

/** What stands behind the name of a new container while the old one is back. */
const failed = ".failed-takeover";

/** A generator that somebody else's `make` calls by this name signals the agent at every event. */
const otherGeneratorName = "dockgen-datadog";

const { agent, generator } = containerNames;

/**
 * Shell function `old_containers`: a line for each container that is in the way of this host's own, with its id,
 * `true` where it runs, its name, its image and whose it is (`stack=` for nobody's). In the way is what has the name of
 * one of ours, a running generator that would signal our agent, and what a takeover has set aside before.
 */
export function oldContainersFunction(owner: Owner): string[] {
  const signals = ["-notify-sighup", "--notify-sighup", "-notify-container", "--notify-container"].flatMap((flag) => [
    `*'"${flag}","${agent}`,
    `*'"${flag}=${agent}`,
  ]);
  const labels = Object.keys(ownerLabels(owner, "agent"));
  const [stack, host] = labels.map((label) => `{{index .Config.Labels "${label}"}}`);
  const format = `{{.ID}} {{.State.Running}} {{.Name}} {{.Config.Image}} stack=${String(stack)} host=${String(host)} {{json .Args}}`;
  const ours = identitiesOf(owner).map(({ stackName, name }) => quote(`stack=${stackName} host=${name}`));
  return [
    "old_containers() (",
    "  set -- $(docker ps --all --quiet --no-trunc)",
    "  [ $# -gt 0 ] || exit 0",
    `  docker inspect --format ${quote(format)} "$@" 2>/dev/null |`,
    "    while read -r id running name image stack host arguments; do",
    `      case "$stack $host" in ${ours.join(" | ")}) continue ;; esac`,
    "      name=${name#/}",
    "      case $name in",
    `        ${agent} | ${generator} | *${aside.running} | *${aside.stopped}) ;;`,
    `        ${otherGeneratorName}) [ "$running" = true ] || continue ;;`,
    `        *) [ "$running" = true ] || continue`,
    `           case $arguments in ${signals.map((start) => `${start}"'*`).join(" | ")}) ;; *) continue ;; esac ;;`,
    "      esac",
    '      echo "$id $running $name $image $stack $host"',
    "    done",
    ")",
  ];
}

/**
 * Shell function `set_aside`: gives the names free. The old agent runs on under another one, for its successor is not
 * there yet; the old generators stop, for they would signal the new agent. Done again, it finds nothing more to do.
 */
export function setAsideFunction(): string[] {
  return [
    "set_aside() {",
    "  old_containers | while read -r id running name image stack host; do",
    // The preflight has refused it, but that was at another time.
    `    [ "$stack" = stack= ] || { echo "the container $name belongs to \${stack#stack=}" >&2; exit 1; }`,
    "    case $name in",
    `      ${agent}${aside.running} | *${aside.stopped}) continue ;;`,
    `      *${aside.running}) ;;`,
    `      *) if [ "$running" = true ]; then docker rename "$id" "$name${aside.running}"`,
    `         else docker rename "$id" "$name${aside.stopped}"; fi ;;`,
    "    esac",
    `    [ "$name" = ${agent} ] || docker stop "$id" >/dev/null`,
    "  done",
    "}",
  ];
}

/**
 * Shell function `put_back`: the old containers get their names again and run as they did before; ours stop and stand
 * aside, so that the state finds them by their ids. Where nothing old was set aside it does nothing.
 */
export function putBackFunction(owner: Owner): string[] {
  const labels = Object.entries(ownerLabels(owner, "agent"))
    .slice(0, 2)
    .map(([label, value]) => `--filter label=${quote(`${label}=${value}`)}`)
    .join(" ");
  return [
    "put_back() {",
    `  old_containers | grep -q '[.]before-takeover' || return 0`,
    // The agent first: it still has the name by which the old generator signals.
    `  for role in ${agent} ${generator}; do`,
    `    for own in $(docker ps --all --quiet ${labels} --filter "name=^/$role$"); do`,
    `      docker rename "$own" "$role${failed}"`,
    `      docker stop "$own" >/dev/null`,
    "    done",
    "  done",
    // And back first: what the old generator finds at its start, it signals once.
    `  { old_containers | grep ' ${agent}[.]' || true; old_containers | grep -v ' ${agent}[. ]' || true; } |`,
    "  while read -r id running name image stack host; do",
    "    case $name in",
    `      *${aside.stopped}) docker rename "$id" "\${name%${aside.stopped}}" ;;`,
    `      *${aside.running}) docker rename "$id" "\${name%${aside.running}}"; docker start "$id" >/dev/null ;;`,
    "    esac",
    "  done",
    "}",
  ];
}

/** Shell function `own_name ID NAME`: one of ours stands under its name and runs, whatever a failed takeover did to it. */
export function ownNameFunction(): string[] {
  return [
    "own_name() {",
    `  name=$(docker inspect --format '{{.Name}}' "$1" 2>/dev/null) || {`,
    '    reason="the container $2 is not there any more. Run pulumi refresh, then up again."',
    "    return 1",
    "  }",
    `  [ "$name" = "/$2" ] || { docker rename "$1" "$2"; docker start "$1" >/dev/null; }`,
    "}",
  ];
}

/**
 * Shell command that makes a container's words fit for being shown, indented: what it says may be an attacker's. An agent
 * strikes out keys in its log by itself; a second time does no harm.
 */
export const harmlessWords = `LC_ALL=C tr -cd '\\11\\12\\40-\\176' | sed -e 's/[0-9A-Fa-f]\\{32\\}/*****/g' -e 's/^/  /' | cut -c 1-300`;

/**
 * Shell function `healthy ID NAME`: waits until Docker calls a container healthy. Fails, with the `reason`, where it is
 * unhealthy, ends again and again, or the time `deadline` has come; a time of `date +%s`.
 */
export function healthyFunction(): string[] {
  const format = "{{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{else}}unwatched{{end}}";
  const answers = "{{range .State.Health.Log}}{{.Output}}{{end}}";
  return [
    "healthy() {",
    `  while state=$(docker inspect --format ${quote(format)} "$1"); do`,
    "    case $state in",
    "      *' healthy') return 0 ;;",
    `      *' unhealthy') reason="the new $2 is unhealthy" ;;`,
    `      [0-2]' '*) if [ "$(date +%s)" -lt "$deadline" ]; then sleep 1; continue; fi`,
    `                 reason="the new $2 was not healthy in time" ;;`,
    `      *) reason="the new $2 ends again and again" ;;`,
    "    esac",
    `    said=$({ docker logs --tail 5 "$1" 2>&1; docker inspect --format ${quote(answers)} "$1" | tail -n 2; } | ${harmlessWords})`,
    `    reason="$reason. The last that it said:`,
    `$said"`,
    "    return 1",
    "  done",
    `  reason="the new $2 can't be looked at"`,
    "  return 1",
    "}",
  ];
}
