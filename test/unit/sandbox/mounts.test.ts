import { expect, test } from "vitest";

import { mountsBelow } from "../../../sandbox/host/engine-own";

test("what an engine leaves mounted below its folder is found, the innermost first", () => {
  const mounts = [
    "nsfs /run/engine/netns/default nsfs rw 0 0",
    "tmpfs /run/engine/netns/default/inner tmpfs rw 0 0",
    "tmpfs /run/engine-of-others/netns tmpfs rw 0 0",
    "tmpfs /run/engine tmpfs rw 0 0",
    "",
  ].join("\n");
  expect(mountsBelow("/run/engine", mounts)).toEqual(["/run/engine/netns/default/inner", "/run/engine/netns/default"]);
});
