import { expect, test } from "vitest";

import { steadyScript } from "../../../infra/container";
import { runScript } from "./run-script";

/** The end of the watch, in seconds, where none of the containers is accepted earlier. */
const longest = 60;

/**
 * Watches an agent `aa` and a generator `bb`. One of them has run for long, the other has these successive states, of which the
 * last stays; `now` is the present time.
 * @param published whether the generator has published.
 * @param changing the container with these states.
 * @returns also how often the containers were inspected, and how long the watch took, in seconds.
 */
function watch(states: readonly string[], { seconds = longest, published = false, changing = "bb" } = {}) {
  const docker = [
    "*Status*)",
    "  log",
    `  [ -e "$HERE/states" ] || printf '%s\\n' ${states.map((state) => `"${state}"`).join(" ")} | sed "s/now/$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)/" >"$HERE/states"`,
    '  state=$(head -n 1 "$HERE/states")',
    '  [ "$(wc -l <"$HERE/states")" = 1 ] || sed -i 1d "$HERE/states"',
    '  [ "$state" != gone ] || exit 1',
    `  echo "${changing === "aa" ? "bb" : "aa"} running 7 2026-01-01T00:00:00Z"; echo "${changing} $state" ;;`,
    "*Name*) echo /dd-agent ;;",
    `"exec bb test -e /drafts/published") exit ${published ? 0 : 1} ;;`,
    `logs*) printf 'first\\nno key 0123456789abcdef0123456789abcdef\\033[2J\\n%s\\n' '\\033[2J' ;;`,
  ];
  const since = performance.now();
  const {
    status,
    stderr,
    docker: looks,
  } = runScript(
    steadyScript(
      { name: "web-1", address: "192.0.2.10" },
      { ids: { agent: "aa", generator: "bb" }, published: "/drafts/published", seconds },
    ),
    docker.join("\n"),
  );
  return { status, stderr, looks: looks.length, took: (performance.now() - since) / 1000 };
}

test.each([
  ["has run for long, however often it was started before", "running 3 2026-01-01T00:00:00Z", {}],
  ["has just been started and has published", "running 0 now", { published: true }],
])("a generator that %s is accepted at once", (_, state, options) => {
  const { took, ...end } = watch([state], options);
  expect(end).toEqual({ status: 0, stderr: "", looks: 1 });
  expect(took).toBeLessThan(longest / 2);
});

test.each([
  ["a generator", "bb", 25],
  // A generator may be accepted at any moment, and a look of a busy machine may come late.
  ["an agent", "aa", 4],
])("%s that has just been started is accepted once it has run for long enough", (_, changing, most) => {
  const { took, looks, ...end } = watch(["running 0 now"], { seconds: 4, changing });
  expect(end).toEqual({ status: 0, stderr: "" });
  expect(took).toBeGreaterThan(3.9);
  expect(looks).toBeLessThanOrEqual(most);
});

test.each([
  ["is started again", ["running 0 now", "running 1 now"]],
  ["was started again by hand", ["running 0 now", "running 0 2100-01-01T00:00:00Z"]],
  ["is between two starts", ["restarting 4 2026-01-01T00:00:00Z"]],
  ["has ended", ["running 0 now", "exited 0 now"]],
])("one that %s is named with its last output, without keys and control characters", (_, states) => {
  expect(watch(states)).toMatchObject({
    status: 1,
    stderr:
      "Host web-1 (192.0.2.10): the new dd-agent keeps restarting. Its last output:\n" +
      "  first\n  no key *****[2J\n  \\033[2J\n",
  });
});

test("a removed container is reported", () => {
  expect(watch(["running 0 now", "gone"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no longer exists") as string,
  });
});
