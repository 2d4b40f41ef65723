import { spawn } from "node:child_process";
import * as fs from "node:fs";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { waitFor } from "../../tools/shared/wait";
import { drafts, firstProcess, generated, publish, root, stat, useGenerator, write } from "./publishing";

useGenerator();

test("a generator that has just started signals the readers of existing pages once", async () => {
  const { process, told } = await firstProcess("f00d", "apache2");
  const page = "#!file web/apache.conf HUP f00d\na page\n#!end\n";
  try {
    for (const name of ["datadog", "nginx"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
    write(`${generated}/apache/web/apache.conf`, "a page\n");
    fs.rmSync(`${root}${drafts}/apache.published`);
    write(`${drafts}/apache`, page, 60);
    expect(publish("apache")).toBe(0);
    expect(told()).toBe(0);
    expect(publish()).toBe(0);
    await waitFor("the server to be told", () => Promise.resolve(told() > 0), { timeoutMs: 20_000, intervalMs: 20 });
    expect(publish("apache")).toBe(0);
    expect(publish()).toBe(0);
    expect(told()).toBe(1);
  } finally {
    process.kill("SIGKILL");
  }
});

describe("a page with a port of its own", () => {
  const file = `${generated}/nginx/web/nginx.conf`;
  const page = "server {\n  listen 24079;\n}\n";
  const rendered = `#!file web/nginx.conf HUP f00d 24079\n${page}#!end\n`;
  const shown = (): string => fs.readFileSync(root + file, "utf8");

  let server: Awaited<ReturnType<typeof firstProcess>>;
  const processFile = (name: string, text: string): void => write(`/proc/${String(server.process.pid)}/${name}`, text);
  /** The port that somebody listens on in the server's network, as /proc has it (proc(5), net/tcp). */
  const listensOn = (port: number): void => {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const rows = `   0: 00000000:0050 00000000:0000 0A 0\n   1: 0100007F:${hex} 0100007F:1F90 01 0\n`;
    processFile("net/tcp", `  sl  local_address rem_address   st\n${rows}`);
    processFile("net/tcp6", `  sl  local_address\n   0: ${"0".repeat(32)}:${hex} ${"0".repeat(32)}:0000 0A 0\n`);
  };
  const told = (times: number) =>
    waitFor(`the server to be told ${times} times`, () => Promise.resolve(server.told() === times), { timeoutMs: 20_000, intervalMs: 20 });
  const render = (text: string): void => {
    write(`${drafts}/nginx`, text, 60);
    expect(publish("nginx")).toBe(0);
  };

  beforeEach(async () => {
    for (const name of ["datadog", "apache"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
    server = await firstProcess("f00d", "nginx");
    listensOn(80);
    render(rendered);
    await told(1);
  });
  afterEach(() => server.process.kill("SIGKILL"));

  test("stays if the server has opened the port, and gets no further signal", async () => {
    expect(shown()).toBe(page);
    listensOn(24079);
    expect(publish()).toBe(0);
    await told(2);
    for (let look = 0; look < 4; look++) expect(publish()).toBe(0);
    expect(shown()).toBe(page);
    expect(server.told()).toBe(2);
  });

  test.each(["nginx", "openresty", "angie"])("is removed if %s has not opened the port at the third check, until the container restarts", (program) => {
    processFile("stat", stat(server.process.pid, 100, program));
    for (let look = 0; look < 2; look++) {
      expect(publish()).toBe(0);
      expect(shown()).toBe(page);
    }
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page: nginx has not opened port 24079; its log says why\..*\n$/);
    render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    // Another process is the first one of the same container.
    processFile("cgroup", "0::/\n");
    write("/proc/1999999999/stat", stat(1999999999, 200, "nginx"));
    render(rendered);
    expect(shown()).toBe(page);
  });

  test("is the server's alone if that runs behind another program, which no signal ends", async () => {
    // An init, which would end at the signal, is the container's first process.
    const init = spawn("sleep", ["60"]);
    try {
      write(`/proc/${String(init.pid)}/cgroup`, "0::/docker/f00d\n");
      write(`/proc/${String(init.pid)}/stat`, stat(init.pid, 50, "s6-svscan"));
      render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
      await told(2);
      for (let look = 0; look < 3; look++) expect(publish()).toBe(0);
      expect(shown()).toMatch(/^# No status page: nginx has not opened port 24079/);
      expect(init.signalCode).toBeNull();
      expect(init.kill(0)).toBe(true);
    } finally {
      init.kill("SIGKILL");
    }
  });

  test("waits for a server that is not there yet", () => {
    processFile("stat", stat(server.process.pid, 100, "entrypoint.sh"));
    for (let look = 0; look < 5; look++) expect(publish()).toBe(0);
    expect(shown()).toBe(page);
  });

  test("is emptied when the container stops, so that it can't keep the successor from starting; the file stays", () => {
    render("#!end\n");
    expect(shown()).toBe("# No status page: the container does not run.\n");
    const { ino } = fs.statSync(root + file);
    render("#!file other/nginx.conf HUP cafe 24080\nanother\n#!end\n");
    expect(fs.statSync(root + file).ino).toBe(ino);
    render(rendered);
    expect(shown()).toBe(page);
  });

  test("of an earlier version is emptied when the container stops, too", () => {
    write(file, "server {\n  listen 80;\n}\n");
    render("#!end\n");
    expect(shown()).toBe("# No status page: the container does not run.\n");
  });

  test("is not created if the port is in use", () => {
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toBe("# No status page: port 24079 is in use. Set another one with STATUS_PORT.\n");
  });

  test("comes back when its server has restarted, even if docker-gen renders nothing new", () => {
    for (let look = 0; look < 3; look++) expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    expect(publish()).toBe(0);
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    // Another process is the first one of the same container.
    processFile("cgroup", "0::/\n");
    expect(publish()).toBe(0);
    expect(publish()).toBe(0);
    expect(shown()).toBe(page);
  });

  test("of a server that mounts a removed folder comes back when the container restarts, whatever its port", () => {
    const host = "/home/core/datadog/generated";
    write("/proc/self/mountinfo", `30 20 8:1 ${host} ${root}${generated} rw - ext4 /dev/sda1 rw\n`);
    processFile("mountinfo", `31 20 8:1 ${host}/nginx/web//deleted /etc/nginx/pages ro - ext4 /dev/sda1 rw\n`);
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toBe("# No status page: the container mounts a folder that was removed. Restart the container.\n");
    processFile("cgroup", "0::/\n");
    render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
    expect(shown()).toContain("allow 172.17.0.3");
  });

  test("is not created if the port is in use, even if another folder that the container mounts was removed", () => {
    write("/proc/self/mountinfo", `30 20 8:1 /home/core/datadog/generated ${root}${generated} rw - ext4 /dev/sda1 rw\n`);
    processFile("mountinfo", "31 20 8:1 /home/core/datadog/generated-by-shop//deleted /data rw - ext4 /dev/sda1 rw\n");
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toMatch(/ port 24079 is in use/);
  });

  test("leaves nothing of containers that are gone behind", () => {
    listensOn(24079);
    expect(publish()).toBe(0);
    expect(fs.readFileSync(`${root}${drafts}/loaded`, "utf8")).toBe("f00d\n");
    render("#!end\n");
    expect(publish()).toBe(0);
    expect(fs.readFileSync(`${root}${drafts}/loaded`, "utf8")).toBe("");
    expect(fs.readdirSync(`${root}${generated}`).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
