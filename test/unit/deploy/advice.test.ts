import { expect, test } from "vitest";

import { adviceFor } from "../../../tools/deploy/advice";

/** As the providers, ssh and the engines say it. */
test.each([
  ["dial tcp 192.0.2.1:22: connect: connection refused", /nothing listens/, /sshd/],
  [
    "stderr=failed to open the raw stream connection: dial tcp 127.0.0.1:1: connect: connection refused",
    /machine's own engine/,
    /no DOCKER_HOST/,
  ],
  [
    'stderr=Failed to initialize: unable to resolve docker endpoint: context "gone": context not found',
    /machine's own engine/,
    /docker context use default/,
  ],
  ["stderr=Error: unrecognized command `podman system dial-stdio`", /is Podman's/, /Install Docker/],
  ["ssh: connect to host 192.0.2.1 port 22: Connection refused", /nothing listens/, /sshd/],
  ["dial tcp 192.0.2.1:22: i/o timeout", /does not answer/, /address and port/],
  ["dial tcp 192.0.2.1:22: connect: no route to host", /does not answer/, /address and port/],
  ["ssh: connect to host 192.0.2.1 port 22: Connection timed out", /does not answer/, /address and port/],
  ["Timeout, server 192.0.2.1 not responding.", /does not answer/, /address and port/],
  ["dial tcp: lookup nowhere.example: no such host", /can't be resolved/, /address/],
  ["ssh: Could not resolve hostname nowhere.example", /can't be resolved/, /address/],
  ["ssh: handshake failed: ssh: host key mismatch", /host's key differs/, /ssh-keyscan/],
  ["Host key verification failed.", /host's key differs/, /ssh-keyscan/],
  ["ssh: unable to authenticate, attempted methods [none publickey]", /none of your keys/, /authorized_keys/],
  ["core@192.0.2.1: Permission denied (publickey).", /none of your keys/, /authorized_keys/],
  ["core@192.0.2.1: Permission denied (publickey,password).", /none of your keys/, /journalctl/],
  [
    'Authenticated using "publickey" with partial success.\ncore@192.0.2.1: Permission denied (password).',
    /more than a key/,
    /AuthenticationMethods publickey/,
  ],
  ["core@192.0.2.1: Permission denied (password,keyboard-interactive).", /takes no keys/, /PubkeyAuthentication/],
  ["ssh: unable to authenticate, attempted methods [none]", /none of your keys/, /no certificates/],
  [
    'Process exited with status 1: running "sh -s":\nHTTP/1.1 400 Bad Request\nread: connection reset by peer',
    /a command of its own/,
    /command= .* ForceCommand/,
  ],
  ['status 127: running "sh -s":\nrbash: line 1: sh: command not found', /login shell/, /folder of sh/],
  ["fish: Unknown command: sh", /login shell/, /folder of sh/],
  ["rbash: line 1: /bin/sh: restricted: cannot specify `/' in command names", /login shell/, /usual shell/],
  ['status 1: running "sh -s":\n/bin/bash: No such file or directory', /login shell/, /ChrootDirectory/],
  ["unable to find or pull image a/b:1", /image is not available/, /reference/],
  [
    "error pulling image a/b:1: pull access denied for a/b, repository does not exist",
    /image is not available/,
    /reference/,
  ],
  ["manifest for a/b:1 not found: manifest unknown", /image is not available/, /reference/],
  ['Conflict. The container name "/dd-agent" is already in use by container "0f"', /has this name/, /remove or rename/],
  ["Error response from daemon: network backend not found", /network .* is gone/, /docker network create/],
  ["network backend is ambiguous (2 matches found on name)", /have the same name/, /docker network rm ID/],
  ["Cannot share the host PID namespace when user namespaces are enabled", /maps users/, /userns-remap/],
  ["write /var/lib/docker/tmp: no space left on device", /disk is full/, /docker system df/],
  ["cat: write error: Disk quota exceeded", /disk is full/, /Free space/],
  ["Connection timed out during banner exchange", /its sshd does not answer/, /sshd/],
  ["dial unix /tmp/ssh-x/agent.1: connect: connection refused", /SSH_AUTH_SOCK/, /unset SSH_AUTH_SOCK/],
  ["command-line: line 0: Bad configuration option: knownhostscommand", /this machine's ssh/, /OpenSSH 8\.5/],
  [
    "Unable to negotiate with 192.0.2.1 port 22: no matching host key type found",
    /no ed25519 host key/,
    /ssh-keygen -A/,
  ],
  [
    "ssh: handshake failed: ssh: no common algorithm for key exchange; client offered: [a], server offered: [b]",
    /none of the algorithms/,
    /KexAlgorithms/,
  ],
  ["Unable to negotiate with 192.0.2.1 port 22: no matching cipher found.", /none of the algorithms/, /Ciphers/],
  ["channel 0: open failed: connect failed: open failed", /run no command/, /MaxSessions/],
  ["ssh: rejected: connect failed (open failed)", /run no command/, /MaxSessions/],
  ["Password change required but no TTY available.", /has expired/, /chage/],
  ["Received disconnect from 192.0.2.1: Too many authentication failures", /more keys than/, /privateKeyFile/],
  ['Load key "/k": error in libcrypto\nme@host: Permission denied (publickey).', /can't use the key/, /chmod 600/],
  ['net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"', /login shell prints/, /bashrc/],
  ["Parse Error: Expected HTTP/", /login shell prints/, /bashrc/],
  ["dial unix /var/run/docker.sock: connect: permission denied", /may not use Docker/, /docker group/],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock", /engine does not answer/, /systemctl start/],
  ["bash: line 1: docker: command not found", /no docker on the PATH/, /PATH/],
  ["wait: remote command exited without exit status or exit signal", /was lost/, /run again/],
  ["client_loop: send disconnect: Broken pipe", /was lost/, /run again/],
  ["Connection to 192.0.2.1 closed by remote host.", /was lost/, /MaxStartups/],
  ["ssh: handshake failed: EOF", /was lost/, /run again/],
  ['EOF: running "sh -s":', /was lost/, /run again/],
])("%s", (message, meaning, remedy) => {
  const advice = adviceFor(message);
  expect(advice?.meaning).toMatch(meaning);
  expect(advice?.remedy).toMatch(remedy);
});

test.each([
  'unable to pull image a:1: Get "http://a/v2/": dial tcp 192.0.2.9:443: connect: connection refused',
  'error pulling image b:1: Get "https://b/v2/": dial tcp: lookup b: no such host',
  "unable to pull image c:1: net/http: request canceled (Client.Timeout exceeded): i/o timeout",
])("a registry that can't be reached is no host that can't: %s", (message) => {
  expect(adviceFor(message)?.meaning).toBe("the image is not available");
});

test("a failure at the jump host names the jump host", () => {
  const mismatch = "ssh: handshake failed: ssh: host key mismatch";
  expect(adviceFor(`proxy: after 2 failed attempts: ${mismatch}`)?.meaning).toMatch(/^the jump host's key differs/);
  expect(adviceFor(`proxy: after 0 failed attempts: ${mismatch}`)?.meaning).toMatch(/^the host.s key differs/);
});

test("behind a working jump host, the host's own failure is reported", () => {
  const words = "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n";
  expect(adviceFor(`${words}Connection closed by UNKNOWN port 65535`)?.meaning).toMatch(/at the host's address/);
  expect(adviceFor("ssh: rejected: administratively prohibited (open failed)")?.meaning).toMatch(/jump host/);
});

test("the line with the reason is found among others", () => {
  const words = "Warning: something\nHost key verification failed.\nConnection closed by UNKNOWN port 65535";
  expect(adviceFor(words)?.line).toBe("Host key verification failed.");
});

test("a host's banner is read only if ssh itself names no cause", () => {
  const banner = "Connection refused for strangers.\n";
  expect(adviceFor(`${banner}core@192.0.2.1: Permission denied (publickey).\r\n`)?.meaning).toMatch(
    /none of your keys/,
  );
  const expired = "Your account has expired; please contact your system administrator.\n";
  expect(adviceFor(`${expired}Connection closed.\r\n`)?.meaning).toMatch(/account .* has expired/);
});

test("an unknown failure has no advice", () => {
  expect(adviceFor("something else")).toBeUndefined();
});
