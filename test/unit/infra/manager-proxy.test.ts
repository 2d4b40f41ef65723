import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ManagerSettings } from "../../../infra/settings";
import { managerProxy } from "../../../infra/swarm/manager-proxy";

let folder = "";
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "manager-proxy-"));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** A manager's sshd, which only says the manager's name. All have the same address. */
async function manager(name: string): Promise<ManagerSettings> {
  const server = createServer((socket) => socket.end(`${name}\n`));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const key = { hostKey: "ssh-ed25519 AAAA", privateKey: undefined, jump: undefined };
  return { name, address: "127.0.0.1", port, user: "core", ...key };
}

interface Connection {
  readonly status: number | null;
  readonly said: string;
  readonly errors: string;
}

/** Connects as ssh does, with an ssh that does this for the managers' ports when they are asked. */
async function connect(managers: readonly ManagerSettings[], answers: readonly string[]): Promise<Connection> {
  const cases = managers.map(({ port }, index) => `*" -p ${port} "*) ${answers[index] ?? ""} ;;`);
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\nesac\n`, { mode: 0o755 });
  // ssh makes one % of two.
  const child = spawn("/bin/sh", ["-c", managerProxy(managers).replaceAll("%%", "%")], {
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
  });
  let [said, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, said, errors };
}

const refuses = "echo 'Connection refused' >&2; exit 255";

describe("a connection to a Swarm", () => {
  test("goes to the first manager that can list the nodes, told by its port where all have one address", async () => {
    const managers = [await manager("first"), await manager("second"), await manager("third")];
    expect(await connect(managers, ["", "", ""])).toEqual({ status: 0, said: "first\n", errors: "" });
    const second = await connect(managers, [refuses, "", ""]);
    expect(second).toMatchObject({ status: 0, said: "second\n" });
    expect(second.errors).toBe("manager first (127.0.0.1): Connection refused\n");
  });

  test("does not wait for a manager that is silent", async () => {
    const managers = [await manager("first"), await manager("second")];
    expect(await connect(managers, ["exec sleep 60", ""])).toEqual({ status: 0, said: "second\n", errors: "" });
  });

  test("fails with what each manager has said if none answers", async () => {
    const managers = [await manager("first"), await manager("second")];
    const locked = "echo 'Swarm is encrypted and needs to be unlocked' >&2; exit 1";
    expect(await connect(managers, [refuses, locked])).toEqual({
      status: 1,
      said: "",
      errors:
        "manager first (127.0.0.1): Connection refused\nmanager second (127.0.0.1): Swarm is encrypted and needs to be unlocked\n",
    });
  });
});
