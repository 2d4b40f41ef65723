import { expect, test } from "vitest";

import { adviseOn } from "../../../tools/deploy/advice";

/** As the providers, ssh and the engines say it. */
test.each([
  ["dial tcp 192.0.2.1:22: connect: connection refused", /nothing listens/, /sshd/],
  ["ssh: connect to host 192.0.2.1 port 22: Connection refused", /nothing listens/, /sshd/],
  ["dial tcp 192.0.2.1:22: i/o timeout", /does not answer/, /address and port/],
  ["dial tcp 192.0.2.1:22: connect: no route to host", /does not answer/, /address and port/],
  ["ssh: connect to host 192.0.2.1 port 22: Connection timed out", /does not answer/, /address and port/],
  ["Timeout, server 192.0.2.1 not responding.", /does not answer/, /address and port/],
  ["dial tcp: lookup nowhere.example: no such host", /can't be found/, /address/],
  ["ssh: Could not resolve hostname nowhere.example", /can't be found/, /address/],
  ["ssh: handshake failed: ssh: host key mismatch", /another host key/, /ssh-keyscan/],
  ["Host key verification failed.", /another host key/, /ssh-keyscan/],
  ["ssh: unable to authenticate, attempted methods [none publickey]", /none of your keys/, /authorized_keys/],
  ["core@192.0.2.1: Permission denied (publickey).", /none of your keys/, /authorized_keys/],
  ["unable to find or pull image a/b:1", /image can't be had/, /reference/],
  [
    "error pulling image a/b:1: pull access denied for a/b, repository does not exist",
    /image can't be had/,
    /reference/,
  ],
  ["manifest for a/b:1 not found: manifest unknown", /image can't be had/, /reference/],
  ['Conflict. The container name "/dd-agent" is already in use by container "0f"', /of this name/, /remove or rename/],
  ["write /var/lib/docker/tmp: no space left on device", /disk is full/, /docker system df/],
])("%s", (message, meaning, remedy) => {
  const advice = adviseOn(message);
  expect(advice?.meaning).toMatch(meaning);
  expect(advice?.remedy).toMatch(remedy);
});

test.each([
  'unable to pull image a:1: Get "http://a/v2/": dial tcp 192.0.2.9:443: connect: connection refused',
  'error pulling image b:1: Get "https://b/v2/": dial tcp: lookup b: no such host',
  "unable to pull image c:1: net/http: request canceled (Client.Timeout exceeded): i/o timeout",
])("a registry that can't be reached is no host that can't: %s", (message) => {
  expect(adviseOn(message)?.meaning).toBe("the image can't be had");
});

test("a failure at the jump host names the jump host", () => {
  const mismatch = "ssh: handshake failed: ssh: host key mismatch";
  expect(adviseOn(`proxy: after 2 failed attempts: ${mismatch}`)?.meaning).toMatch(/^the jump host shows/);
  expect(adviseOn(`proxy: after 0 failed attempts: ${mismatch}`)?.meaning).toMatch(/^the host shows/);
});

test("there is no advice on what is not known", () => {
  expect(adviseOn("something else")).toBeUndefined();
});
