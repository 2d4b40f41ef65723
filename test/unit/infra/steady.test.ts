import { expect, test } from "vitest";

import { steadyScript } from "../../../infra/container";
import { runScript } from "./run-script";

/**
 * Watches two containers. `states` are the second one's successive states. If the state stays the same, one second is enough;
 * a change may take longer to notice on a busy machine, and ends the watch.
 */
function watch(...states: string[]): { status: number | null; stderr: string } {
  const docker = [
    "*Status*)",
    `  [ -e "$HERE/states" ] || printf '%s\\n' ${states.map((state) => `'${state}'`).join(" ")} >"$HERE/states"`,
    '  state=$(head -n 1 "$HERE/states")',
    '  [ "$(wc -l <"$HERE/states")" = 1 ] || sed -i 1d "$HERE/states"',
    '  [ "$state" != gone ] || exit 1',
    '  echo "aa running 7"; echo "bb $state" ;;',
    "*Name*) echo /dd-agent ;;",
    `logs*) printf 'first\\nno key 0123456789abcdef0123456789abcdef\\033[2J\\n%s\\n' '\\033[2J' ;;`,
  ];
  return runScript(
    steadyScript({ name: "web-1", address: "192.0.2.10" }, ["aa", "bb"], states.length > 1 ? 60 : 1),
    docker.join("\n"),
  );
}

test("containers that keep running are accepted, however often they were started before", () => {
  expect(watch("running 3")).toMatchObject({ status: 0, stderr: "" });
});

test.each([
  ["is started again", ["running 0", "running 1"]],
  ["is between two starts", ["restarting 4"]],
  ["has ended", ["running 0", "exited 0"]],
])("one that %s is named with its last output, without keys and control characters", (_, states) => {
  expect(watch(...states)).toMatchObject({
    status: 1,
    stderr:
      "Host web-1 (192.0.2.10): the new dd-agent keeps restarting. Its last output:\n" +
      "  first\n  no key *****[2J\n  \\033[2J\n",
  });
});

test("a removed container is reported", () => {
  expect(watch("running 0", "gone")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no longer exists") as string,
  });
});
