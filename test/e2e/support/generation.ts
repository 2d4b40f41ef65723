import { basename, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { recordedSeries } from "../../../tools/sandbox/intake";
import { waitFor } from "../../../tools/shared/wait";
import {
  sampleNetwork,
  samples,
  samplesOf,
  shell,
  startCommand,
  startSamples,
  statusPageFolder,
  type Application,
  type Sample,
} from "../../../sandbox/samples/samples";
import { supportsIntegration, integrationNames, type GenerationNumber } from "../../../infra/integrations";
import type { StatusDocument } from "../../../tools/status/schema";
import { exampleFiles, queueServer, writeFiles } from "../../templates/own-files";
import { hostReport } from "./agent";
import { burst } from "./burst";
import { cloneProgram, type ProgramClone } from "./clone";
import { inspectContainer } from "./containers";
import { restarts, type Restart } from "./restarts";
import {
  addressOf,
  allCollected,
  askAsStranger,
  configs,
  configsByName,
  problemsOf,
  stack,
  type Collection,
} from "./samples";
import { changeSettings } from "./stack-settings";
import { apiKey, setStage, stageSettings } from "./stage";

/** The integrations that watch containers: what people call them, their check, and how its metrics begin. */
const integrations = [
  ["nginx", "nginx", "nginx."],
  ["Apache", "apache", "apache."],
  ["Redis", "redisdb", "redis."],
  ["memcached", "mcache", "memcache."],
  ["PostgreSQL", "postgres", "postgresql."],
  ["MariaDB", "mysql", "mysql."],
  ["HAProxy", "haproxy", "haproxy."],
  ["a page", "http_check", "network.http."],
  ["a port", "tcp_check", "network.tcp."],
  ["PHP-FPM", "php_fpm", "php_fpm."],
  ["a page of metrics", "openmetrics", "haproxy_process_"],
  ["a certificate", "tls", "tls."],
  ["etcd", "etcd", "etcd."],
] as const;

/** A network on which the agent is known by name, for web servers that are set up by hand. */
const linked = "frontend";
const byName: Sample = {
  name: "shop-by-name",
  command: shell(
    ". /etc/apache2/envvars",
    'mkdir -p "$APACHE_RUN_DIR"; rm -f "$APACHE_PID_FILE"',
    "cat >/etc/apache2/conf-enabled/status.conf <<'END'",
    '<Location "/server-status">',
    "  SetHandler server-status",
    "  Require forward-dns dd-agent",
    "</Location>",
    '<Location "/reverse">',
    "  SetHandler server-status",
    `  Require host dd-agent.${linked}`,
    "</Location>",
    "END",
    "exec apache2 -DFOREGROUND",
  ),
  environment: { SERVICE: "apache", PROJECT: "front", ENVIRONMENT: "test" },
  // Labels called like the tags: generation 5 can't rename any.
  labels: { project: "front", environment: "test" },
  exposedPorts: [80],
  network: linked,
  expected: { check: "apache", tags: () => ["project:front", "environment:test"] },
};

/** An nginx with one socket for both families of addresses, which leaves no room for another one on its port. */
const oneSocket: Sample = {
  name: "shop-one-socket",
  command: shell(
    "cd /etc/nginx/sites-enabled",
    "sed -i -e '/listen 80 default_server/d' -e 's/listen \\[::]:80 default_server/& ipv6only=off/' $(readlink -f default)",
    "exec nginx -g 'daemon off;'",
  ),
  environment: { SERVICE: "nginx" },
  exposedPorts: [80],
  statusPage: { service: "nginx", folder: "/etc/nginx/conf.d" },
  expected: { check: "nginx", tags: () => ["project:shop", "environment:staging"] },
};

/** Debian's nginx without the module for its status; nobody asks for an instance of it. */
const withoutModule: Application = {
  name: "shop-old-web",
  command: shell(
    "sed 's/stub_status/stab_stutus/g' /usr/sbin/nginx >/tmp/nginx && chmod +x /tmp/nginx",
    "exec /tmp/nginx -g 'daemon off;'",
  ),
  environment: {},
  exposedPorts: [80],
  statusPage: { service: "nginx", folder: "/etc/nginx/conf.d" },
};

/** Integrations of the stack's own: the example on their page, and one whose check no agent has. */
const ownFiles = {
  ...Object.fromEntries(Object.entries(exampleFiles()).map(([file, text]) => [`queue/${file}`, text])),
  "lookup/integration.yaml": "",
  "lookup/instance.tmpl": '  - host: {{ printf "%+q" .address }}\n    port: {{ .port }}\n',
};

/** A container for each of them. */
const ownApplications: readonly Application[] = [
  {
    name: "mail-queue",
    command: queueServer,
    environment: { SERVICE: "job-queue", PROJECT: "mail" },
    exposedPorts: [],
  },
  { name: "mail-lookup", command: queueServer, environment: { SERVICE: "lookup" }, exposedPorts: [7711] },
];

/** Everything that can go down does so: each as first, second, third and last, and each right after each other. */
const orders: readonly (readonly Restart[])[] = [
  ["agent", "generator", "power cut", "engine"],
  ["generator", "engine", "agent", "power cut"],
  ["engine", "power cut", "generator", "agent"],
  ["power cut", "agent", "engine", "generator"],
];

/** The lines of a text that another one does not have, each with its file. */
function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(linesWithFiles(other));
  return linesWithFiles(text).filter((line) => !known.has(line));
}

/** The lines of `tail -n +1` of several files, each after its file's name. */
function linesWithFiles(text: string): string[] {
  let file = "";
  return text.split("\n").map((line) => {
    file = /^==> (.*) <==$/.exec(line)?.[1] ?? file;
    return `${file}: ${line}`;
  });
}

/** Nobody answers there: whatever needs no proxy has to go past it. */
const proxy = "http://192.0.2.1:3128";

/**
 * Tests what holds for a generation of the agent on a host with all sample applications. Each generation has a file of its own,
 * so that their hosts are at work side by side.
 *
 * @param before the generation that the host gets first. Default: none.
 */
export function testGeneration(generation: GenerationNumber, before?: GenerationNumber): void {
  const name = `generation-${generation}-1`;
  const stage = setStage(`generation-${generation}`, { [name]: {} }, { generation5: true });
  const host = () => stage.host(name);
  const services = () => stage.toolchain.images.services;
  let since = 0;
  /** What the agent watches once it has collected from everything. */
  let collection: Collection;
  let clone: ProgramClone;
  const everySample = [...samplesOf(generation), byName, oneSocket];
  /** Those too that this generation can't collect from. */
  const everyContainer = [...samples, byName, oneSocket];
  const collectable = integrations.filter(([, check]) => everySample.some(({ expected }) => expected.check === check));

  beforeAll(async () => {
    await host().run(`docker network inspect ${linked} >/dev/null 2>&1 || docker network create ${linked}`);
    await startSamples(host(), [...samples, oneSocket], services());
    await host().run(`docker container inspect ${byName.name} >/dev/null 2>&1 || ${startCommand(byName, services())}`);
    await host().run(`mkdir -p ${statusPageFolder("nginx", withoutModule.name)}`, { user: host().user });
    await host().run(
      `docker container inspect ${withoutModule.name} >/dev/null 2>&1 || ${startCommand(withoutModule, services())}`,
    );
    const deployment = stage.deployment("staging");
    if (before !== undefined) {
      await deployment.configure(stageSettings(stage, [host()], "staging", before), apiKey);
      await deployment.make("up");
    }
    await deployment.configure(stageSettings(stage, [host()], "staging", generation), apiKey);
    const { host: intake, hostname } = new URL(stage.intake.address);
    const noProxy = [...new Set([intake, hostname])];
    changeSettings(deployment.stackFile, { links: [linked], proxy: { http: proxy, https: proxy, noProxy } });
    clone = cloneProgram({ withTools: true });
    writeFiles(join(clone.folder, "stacks", "integrations"), ownFiles);
    await deployment.make("up", clone.options);
    // What came before is the other generation's.
    since = Date.now();
    collection = await allCollected(host(), generation, everySample);
  });

  afterAll(() => {
    clone.remove();
  });

  test.each(collectable)("%s is collected from every container, each with its own tags", (_, check) => {
    const own = everySample.filter(({ expected }) => expected.check === check);
    expect(problemsOf(collection, own)).toEqual([]);
  });

  test("the Docker engine is collected", () => {
    const docker = collection.instances.filter(
      ({ check }) => check === (generation === 5 ? "docker_daemon" : "docker"),
    );
    expect(docker).toMatchObject([{ tags: [`stack:sandbox-generation-${generation}-staging`], error: "" }]);
    expect(docker[0]?.samples).toBeGreaterThan(20);
  });

  test.each(collectable)(
    "series of %s have the tags of one container, and no second ones",
    async (_, check, prefix) => {
      const wanted = everySample
        .filter(({ expected }) => expected.check === check)
        .map(({ expected }) => expected.tags(stack));
      await waitFor(
        `series of every ${check}`,
        async () => {
          const series = (await recordedSeries(stage.intake)).filter(({ receivedAt }) => receivedAt > since);
          const own = series.filter(({ metric }) => metric.startsWith(prefix));
          for (const { metric, tags } of own) {
            const described = tags.filter((tag) => /^(project|environment):/.test(tag)).sort();
            expect(
              wanted.map((each) => [...each].sort()),
              `${metric} ${tags.join(" ")}`,
            ).toContainEqual(described);
          }
          return wanted.every((each) => own.some(({ tags }) => each.every((tag) => tags.includes(tag))));
        },
        { timeoutMs: 60_000, intervalMs: 1000 },
      );
    },
  );

  test("no series has two projects or two environments; a container's own series carry what it declares", async () => {
    const series = await waitFor(
      "series of a container",
      async () => {
        const found = (await recordedSeries(stage.intake)).filter(({ receivedAt }) => receivedAt > since);
        return found.some(({ tags }) => tags.includes("container_name:blog-web")) && found;
      },
      { timeoutMs: 60_000, intervalMs: 1000 },
    );
    for (const { metric, tags } of series) {
      for (const key of ["project:", "environment:"]) {
        expect(tags.filter((tag) => tag.startsWith(key)).length, `${metric} ${tags.join(" ")}`).toBeLessThan(2);
      }
    }
    const label = generation === 5 ? "datadog-hosts.project:blog" : "project:blog";
    const ofContainer = series.filter(({ tags }) => tags.includes("container_name:blog-web"));
    expect(ofContainer.filter(({ tags }) => !tags.includes(label)).map(({ metric }) => metric)).toEqual([]);
    const ofByName = series.filter(({ tags }) => tags.includes(`container_name:${byName.name}`));
    expect(ofByName.length).toBeGreaterThan(0);
    for (const tag of byName.expected.tags(stack)) {
      expect(ofByName.filter(({ tags }) => !tags.includes(tag)).map(({ metric }) => metric)).toEqual([]);
    }
  });

  test.each([
    ["shop-site", undefined, ["/server-status"]],
    ["blog-site", sampleNetwork, ["/server-status"]],
    ["shop-by-name", linked, ["/server-status", "/reverse"]],
  ])("%s (network %s) answers 403 to another container that asks for %s", async (name, network, paths) => {
    const address = await addressOf(host(), name);
    const requests = paths.map((path) => ({ path }));
    expect(await askAsStranger(host(), services(), { network, address }, requests)).toEqual(paths.map(() => 403));
  });

  test.each([
    ["shop-web", undefined],
    ["blog-web", sampleNetwork],
    [oneSocket.name, undefined],
  ])(
    "%s (network %s) answers all that it is asked but its status, which another container is not told",
    async (name, network) => {
      const address = await addressOf(host(), name);
      const page = (await host().run(`cat ${statusPageFolder("nginx", name)}/nginx.conf`)).stdout;
      const port = Number(/listen (\d+);/.exec(page)?.[1]);
      const names = ["", "nobody.example", address];
      const requests = [...names.map((said) => ({ path: "/", name: said })), { path: "/nginx_status", port }];
      const answers = await askAsStranger(host(), services(), { network, address }, requests);
      expect(answers).toEqual([...names.map(() => 200), 403]);
    },
  );

  test("an nginx that does not take its page is rid of it, and starts again", async () => {
    const file = `${statusPageFolder("nginx", withoutModule.name)}/nginx.conf`;
    await waitFor(
      "the page to go",
      async () => /^# No status page: nginx has not opened port/.test((await host().run(`cat ${file}`)).stdout),
      { timeoutMs: 90_000, intervalMs: 1000 },
    );
    await host().run(`docker restart ${withoutModule.name}`);
    const address = await addressOf(host(), withoutModule.name);
    await waitFor(
      "the application to answer",
      async () => (await askAsStranger(host(), services(), { address }, [{ path: "/" }])).includes(200),
      { timeoutMs: 30_000, intervalMs: 500 },
    );
  });

  test("the name dd-agent opens Apache's page on a linked network, by forward and by reverse lookup", async () => {
    const address = await addressOf(host(), byName.name);
    const ask = `exec 3<>/dev/tcp/${address}/80; printf "GET /reverse?auto HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3`;
    const { stdout } = await host().run(`docker run --rm --network container:dd-agent ${services()} bash -c '${ask}'`);
    expect(stdout).toContain("Total Accesses");
  });

  test("configs are the agent's alone; status pages are there for every web server", async () => {
    const { stdout } = await host().run("cd /home/core/datadog/generated && find . -type f -exec stat -c '%a %n' {} +");
    const files = stdout.trim().split("\n");
    const ofAgent = files.filter((line) => line.includes(" ./datadog/"));
    expect(ofAgent.length).toBeGreaterThanOrEqual(6);
    expect(ofAgent.filter((line) => !line.startsWith("600 "))).toEqual([]);
    expect(files.filter((line) => !line.includes(" ./datadog/") && !line.startsWith("644 "))).toEqual([]);
  });

  test("the user's own checks run, and so do the image's", async () => {
    const own =
      generation === 5
        ? { file: "disk.yaml", text: "init_config:\ninstances:\n  - use_mount: no\n    tags: [own:check]\n" }
        : {
            file: "redisdb.yaml",
            text: `init_config:\ninstances:\n  - {host: ${await addressOf(host(), "shop-cache")}, port: 6379, tags: [own:check]}\n`,
          };
    const path = `/home/core/datadog/config/dd-agent/conf.d/${own.file}`;
    if (generation === 5) {
      const disk = (await hostReport(host(), 5)).instances.filter(({ check }) => check === "disk");
      expect(disk).toMatchObject([{ runs: 1, error: "", tags: [] }]);
    }
    await host().run(`cat >${path}`, { user: host().user, input: own.text });
    try {
      await host().run("docker restart dd-agent");
      await waitFor(
        "the user's own check to be run",
        async () => {
          const { instances } = await hostReport(host(), generation);
          return instances.some(({ tags, runs, samples: sent }) => tags.includes("own:check") && runs > 0 && sent > 0);
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
    } finally {
      // The agent has copied it at its start, and keeps the copy as long as its container lives.
      const copy = generation === 5 ? "/etc/dd-agent/conf.d" : "/etc/datadog-agent/conf.d";
      await host().run(`rm ${path}; docker exec dd-agent rm ${copy}/${own.file}; docker restart dd-agent`);
    }
  });

  test("a container with labels for the agent itself has exactly one instance", async () => {
    const annotated = "annotated-cache";
    const labels = {
      "com.datadoghq.ad.check_names": '["redisdb"]',
      "com.datadoghq.ad.init_configs": "[{}]",
      "com.datadoghq.ad.instances": '[{"host": "%%host%%", "port": "6379"}]',
    };
    await host().run(
      startCommand(
        { ...(samples.find(({ name }) => name === "shop-cache") as Sample), name: annotated, labels },
        services(),
      ),
    );
    try {
      const address = await addressOf(host(), annotated);
      const own = async () =>
        (await hostReport(host(), generation)).instances.filter(({ instance }) => instance.startsWith(`${address}:`));
      await waitFor("its instance to collect", async () => (await own()).some(({ runs }) => runs > 0), {
        timeoutMs: 60_000,
        intervalMs: 500,
      });
      expect(await own()).toHaveLength(1);
      const { remarks } = await hostReport(host(), generation);
      expect(
        remarks.some((remark) => remark.includes(`"${annotated}" orders redisdb by com.datadoghq.ad labels`)),
      ).toBe(generation === 7);
    } finally {
      await host().run(`docker rm --force ${annotated}`);
    }
  });

  test("an agent that was away when a container came has it once it is back", async () => {
    const late = { ...(samples.find(({ name }) => name === "shop-cache") as Sample), name: "late-cache" };
    await host().run("docker stop dd-agent");
    try {
      await host().run(startCommand(late, services()));
      const address = await addressOf(host(), late.name);
      await waitFor("its instance to be in the file", async () => (await configs(host())).includes(`"${address}"`), {
        timeoutMs: 30_000,
        intervalMs: 200,
      });
      await host().run("docker start dd-agent");
      await allCollected(host(), generation, [...everySample, late]);
    } finally {
      await host().run(`docker rm --force ${late.name}; docker start dd-agent`);
    }
    await allCollected(host(), generation, everySample);
  });

  // The generations differ in how the agent reads its configs, and so at each of its restarts: two orders show that for one.
  const ownOrders = generation === 7 ? orders : orders.slice(0, 2);
  test.each(ownOrders.map((order) => [order.join(", "), order] as const))(
    "after a restart of %s there are the same configs and the same collection, by themselves",
    async (_, order) => {
      const before = await configsByName(host(), everyContainer);
      for (const name of order) await restarts[name](host());
      await allCollected(host(), generation, everySample);
      await waitFor(
        "the same configs",
        async () => {
          const after = await configsByName(host(), everyContainer);
          // Whole files would hide the few lines that differ.
          const [more, less] = [linesOnlyIn(after, before), linesOnlyIn(before, after)];
          if (more.length + less.length > 0) throw new Error(`now ${more.join("; ")}; before ${less.join("; ")}`);
          return after === before;
        },
        { timeoutMs: 30_000, intervalMs: 1000 },
      );
    },
  );

  test("30 containers in a row cost few reloads, nobody reads half a file, and the last one is in it", async () => {
    const seen = await burst(host(), generation, 30, services());
    expect(seen.broken).toEqual([]);
    expect(seen.states).toBeGreaterThan(3);
    expect(seen.lastAfter).toBeLessThan(30);
    expect(seen.reloads).toBeLessThanOrEqual(generation === 5 ? Math.floor(seen.seconds / 2) + 1 : 0);
    if (generation === 5) expect(seen.reloads).toBeGreaterThan(0);
  });

  test("integrations of the stack's own watch their containers; a check that the agent does not have is told of", async () => {
    for (const application of ownApplications) await host().run(startCommand(application, services()));
    try {
      const deployment = stage.deployment("staging");
      const rows = async () => {
        const env = { ...clone.options.env, JSON: "yes" };
        const { stdout } = await deployment.make("status", { ...clone.options, check: false, env });
        const { hosts } = JSON.parse(stdout) as StatusDocument;
        return hosts.flatMap(({ containers }) => containers.filter(({ container }) => /^mail-/.test(container)));
      };
      const [lookupAddress, queueAddress] = [
        await addressOf(host(), "mail-lookup"),
        await addressOf(host(), "mail-queue"),
      ];
      // What is expected holds after a few rounds only: the file, its reading by the agent, and the check's first run. The
      // agent's own report is cheaper to ask for than the whole status.
      await waitFor(
        "the agent to have run the check that it has",
        async () => {
          const { instances } = await hostReport(host(), generation);
          return instances.some(({ instance, runs }) => instance === `${queueAddress}:7711` && runs > 0);
        },
        { timeoutMs: 60_000, intervalMs: 1000 },
      );
      await waitFor(
        "an error or a sample of both",
        async () => {
          const [lookup, queue] = await rows();
          expect(queue).toMatchObject({
            container: "mail-queue",
            service: "queue",
            check: "queue_length",
            instance: `${queueAddress}:7711`,
            tags: ["project:mail", "environment:staging"],
          });
          // A stand-in of the agent says itself that it runs no Python.
          expect(queue?.error).toMatch(/^$|queue_length\.py is loaded, and not run: this stand-in has no Python/);
          expect(lookup).toMatchObject({
            container: "mail-lookup",
            check: "lookup",
            instance: `${lookupAddress}:7711`,
            tags: ["project:shop", "environment:staging"],
            // Generation 5 does not mention a check that it does not have; its files are young here.
            error: expect.stringMatching(generation === 5 ? /^$/ : /^the agent can't load this check: /) as string,
          });
          expect(queue?.watch).not.toBe("waiting");
          return true;
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
    } finally {
      await host().run(`docker rm --force ${ownApplications.map(({ name }) => name).join(" ")}`);
    }
  });

  test("an integration that is taken out is collected no more, also from images that the agent knows", async () => {
    const { State: before } = await inspectContainer(host(), "dd-agent");
    await host().run(
      `docker tag ${services()} redis && docker run --detach --name unasked --expose 6379 redis redis-server --save '' --protected-mode no`,
    );
    try {
      const deployment = stage.deployment("staging");
      const left = integrationNames.filter(
        (name) => supportsIntegration(generation, name) && name !== "redisdb" && name !== "docker",
      );
      const stackFile = join(clone.folder, "stacks", basename(deployment.stackFile));
      changeSettings(stackFile, { integrations: [...left, "lookup", "queue"] });
      await deployment.make("up", clone.options);
      // What the agent itself runs: it may go on with a config whose file is gone.
      const [ask, names] =
        generation === 5
          ? ["service datadog-agent info || true", /^ {4}(\S+) \(/gm]
          : ["agent configcheck", /^=== (\S+) check ===/gm];
      const running = async (): Promise<string[]> => {
        const { stdout } = await host().run(`docker exec dd-agent sh -c '${ask}'`, { check: false });
        return [...stdout.matchAll(names)].map(([, name = ""]) => name);
      };
      await waitFor(
        "the checks that are left, and no others",
        async () => {
          const found = await running();
          const gone = ["redisdb", "docker", "docker_daemon"].filter((name) => found.includes(name));
          const wanted = ["nginx", "apache", "mcache", "postgres"].filter((name) => !found.includes(name));
          if (gone.length + wanted.length > 0) throw new Error(`still ${gone.join()}, missing ${wanted.join()}`);
          return true;
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
      const { State: after } = await inspectContainer(host(), "dd-agent");
      if (generation === 5) expect(after.StartedAt).toBe(before.StartedAt);
    } finally {
      await host().run("docker rm --force unasked && docker rmi redis");
    }
  });
}
