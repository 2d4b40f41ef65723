import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { describeKilled, describeLocks, readLocks } from "../../../tools/deploy/locks";

/** As Pulumi 3.259.0 says it. */
const message = [
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
  "  file:///clone/.state/.pulumi/locks/organization/datadog-hosts/shop-staging/abc.json?no_tmp_dir=true: created by ann@desk (pid 123) at 2026-11-23T19:00:00Z",
  "",
].join("\n");
const [lock] = readLocks(message) ?? [];

test("a lock's holder is read from Pulumi's message", () => {
  expect(lock).toMatchObject({ user: "ann", machine: "desk", process: 123, since: "2026-11-23T19:00:00Z" });
  expect(readLocks("error: [409] Conflict: Another update is currently in progress.")).toEqual([]);
  expect(readLocks("error: update failed")).toBeUndefined();
});

test.each([
  { machine: "desk", running: false, expected: "is locked by a run that was killed" },
  { machine: "desk", running: true, expected: "wait for it to end" },
  // What runs on another machine can't be seen from here.
  { machine: "laptop", running: false, expected: "wait for it to end" },
])("on $machine, with the holder running: $running, the advice is: $expected", ({ machine, running, expected }) => {
  const advice = describeLocks("shop-staging", lock ? [lock] : [], {
    machine,
    isRunning: () => running,
    exists: () => true,
  });
  expect(advice).toContain(expected);
  expect(advice).toContain("ann@desk (process 123), since 2026-11-23T19:00:00Z");
  expect(advice).toContain("`make unlock STACK=shop-staging`");
});

test("a run that has ended by now, and taken its lock with it, is waited for by nobody", () => {
  const looked: string[] = [];
  const exists = (file: URL): boolean => {
    looked.push(fileURLToPath(file));
    return false;
  };
  const advice = describeLocks("shop-staging", lock ? [lock] : [], { machine: "desk", isRunning: () => false, exists });
  expect(looked).toEqual(["/clone/.state/.pulumi/locks/organization/datadog-hosts/shop-staging/abc.json"]);
  expect(advice).toMatch(/^Stack shop-staging was locked by a run that has ended since: ann@desk .*\. Run again\.$/);
  // Of a bucket's, nothing is known.
  const elsewhere = lock ? [{ ...lock, place: "s3://state/abc.json" }] : [];
  expect(describeLocks("shop-staging", elsewhere, { machine: "desk", isRunning: () => true, exists })).toContain(
    "is locked",
  );
});

test("after a kill the command that removes the lock is named", () => {
  expect(describeKilled("shop-staging", "SIGKILL")).toContain("`make unlock STACK=shop-staging`");
});
