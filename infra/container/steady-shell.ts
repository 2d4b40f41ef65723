import { harmlessWords } from "./takeover-shell";

/** Seconds that new containers are looked at: Docker tries again after 0.1 s, 0.2 s, 0.4 s and so on. */
const steadySeconds = 3;

/**
 * Shell function `steady ID…`: watches containers for some seconds. Fails, with the `reason`, where one of them ends in
 * that time, is started again, or is not there.
 * @param seconds how long. Default: 3.
 */
export function steadyFunction(seconds = steadySeconds): string[] {
  return [
    "steady() {",
    `  until=$(($(date +%s) + ${seconds}))`,
    "  before=",
    "  while :; do",
    `    if ! now=$(docker inspect --format '{{.Id}} {{.State.Status}} {{.RestartCount}}' "$@" 2>&1); then`,
    '      reason="a container that was just made is not there any more. Run make up again."',
    "      return 1",
    "    fi",
    "    before=${before:-$now}",
    '    ended=$(echo "$now" | while read -r id status count; do',
    '      [ "$status" = running ] && echo "$before" | grep -q "^$id running $count\\$" || echo "$id"',
    "    done | head -n 1)",
    '    [ -z "$ended" ] || break',
    '    [ "$(date +%s)" -lt "$until" ] || return 0',
    "    sleep 0.5",
    "  done",
    `  said=$(docker logs --tail 5 "$ended" 2>&1 | ${harmlessWords})`,
    `  reason="the new $(docker inspect --format '{{.Name}}' "$ended" | tr -d /) ends again and again. The last that it said:`,
    '$said"',
    "  return 1",
    "}",
  ];
}

/** Shell lines that fail, in a host's name, where one of its containers does not stay. */
export function steadyLines(
  { name, address }: { readonly name: string; readonly address: string },
  ids: readonly string[],
): string[] {
  return [...steadyFunction(), `steady ${ids.join(" ")} || { echo "Host ${name} (${address}): $reason" >&2; exit 1; }`];
}
