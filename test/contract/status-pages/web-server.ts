import { randomBytes } from "node:crypto";
import { afterAll, beforeAll } from "vitest";

import { ensureServicesImage } from "../../../sandbox/host/services-image";
import { docker, dockerText } from "../../../tools/shared/docker";
import { silent } from "../../../tools/shared/progress";
import { containerFixture } from "../../templates/harness";
import { renderConfigs } from "../../templates/render-configs";

/** A request as it goes over the wire, and the port that it goes to. */
export interface Question {
  readonly port: number;
  /** What is asked for, such as `/`. */
  readonly path: string;
  /** The header `Host`; without one it is left out. */
  readonly host?: string;
  /** A further header, such as `X-Forwarded-For: 192.0.2.1`. */
  readonly header?: string;
}

/** What became of a server. */
export interface Outcome {
  /** Whether it answers on its first port. */
  readonly started: boolean;
  /** All that it has said. */
  readonly log: string;
  /** The answers to the questions, with their headers. */
  readonly answers: readonly string[];
}

/** How a server is run. */
export interface Run {
  /** Files by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell lines that replace themselves by the server. */
  readonly start: readonly string[];
  /** The port that shows that it is up. */
  readonly ready: number;
  readonly questions: readonly Question[];
}

/** The container "web" with the page that the templates make for it, open to an agent at 127.0.0.1. */
export async function pageFor(
  service: "nginx" | "apache",
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const agent = containerFixture({
    name: "dd-agent",
    labels: { "datadog-hosts.role": "agent" },
    networks: { bridge: { ip: "127.0.0.1" } },
  });
  const web = containerFixture({
    name: "web",
    env,
    labels: { "datadog-hosts.status-page": service },
    networks: { bridge: { ip: "172.17.0.9", ipv6: "2001:db8::9" } },
  });
  return (await renderConfigs([agent, web])).statusPages[`web/${service}.conf`] ?? "";
}

/** Opens a container with Debian's web servers for all tests of a file. Use the function that it returns inside tests only. */
export function useWebServer(): (run: Run) => Promise<Outcome> {
  const name = `status-pages-${randomBytes(4).toString("hex")}`;
  beforeAll(async () => {
    const image = await ensureServicesImage(silent);
    const flags = ["--detach", "--init", "--name", name, "--sysctl", "net.ipv6.conf.all.disable_ipv6=0"];
    await dockerText(["run", ...flags, image, "sleep", "infinity"]);
  });
  afterAll(async () => {
    await docker(["rm", "--force", name], { check: false });
  });
  return async (run) => {
    const { stdout } = await docker(["exec", "--interactive", name, "bash", "-s"], { input: script(run) });
    const [started = "", log = "", ...answers] = stdout
      .trim()
      .split("\n")
      .map((line) => Buffer.from(line.trim(), "base64").toString());
    return { started: started === "yes", log, answers };
  };
}

/** Starts the server, asks it, and ends it. Prints a line in base64 for each field of the outcome. */
function script({ files, start, ready, questions }: Run): string {
  const requests = questions.map(({ port, path, host, header }) => {
    const headers = [host === undefined ? [] : `Host: ${host}`, header ?? []].flat();
    const lines = [`GET ${path} HTTP/1.0`, ...headers, "", ""];
    return `ask ${port} '${Buffer.from(lines.join("\r\n")).toString("base64")}'`;
  });
  return [
    // A server that ends may end its whole group of processes.
    "set -m",
    ...Object.entries(files).map(
      ([path, text]) =>
        `mkdir -p "$(dirname '${path}')"; echo '${Buffer.from(text).toString("base64")}' | base64 -d >'${path}'`,
    ),
    `ask() { (exec 3<>/dev/tcp/127.0.0.1/$1; echo "$2" | base64 -d >&3; timeout 10 cat <&3) 2>&1 | base64 -w 0; echo; }`,
    `(${start.join("\n")}) >/tmp/log 2>&1 & server=$!`,
    "started=no",
    "for try in $(seq 200); do",
    "  kill -0 $server 2>/dev/null || break",
    `  if (exec 3<>/dev/tcp/127.0.0.1/${ready}) 2>/dev/null; then started=yes; break; fi`,
    "  sleep 0.05",
    "done",
    "echo -n $started | base64",
    `answers=$([ $started = no ] || { ${["true", ...requests].join("; ")}; })`,
    "kill $server 2>/dev/null; wait $server 2>/dev/null",
    "base64 -w 0 </tmp/log; echo",
    'echo "$answers"',
  ].join("\n");
}
