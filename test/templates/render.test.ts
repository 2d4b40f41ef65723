import { afterEach, describe, expect, test, vi } from "vitest";

import { selectIntegrations, type IntegrationName } from "../../infra/integrations";
import { describeRenderings, differencesBetween, filesAfterUp, renderDraft, type Differences } from "../../tools/render";
import { shown } from "../../tools/shared/shown";
import { containerFixture, engineAnswers, FakeEngine, generatorBinary, type ContainerFixture, type ContainerOptions } from "./harness";
import { stack, type TemplateSettings } from "./render-configs";
import { RenderedHost, type HostState } from "./rendered-host";

/** How the templates of this clone are edited, by file; nothing where they are as they are. */
const edits = new Map<string, readonly [from: string, to: string]>();

vi.mock("../../infra/rendering/mustache", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../infra/rendering/mustache.js")>();
  return {
    ...original,
    readTemplate: (file: string) => {
      const text = original.readTemplate(file);
      const [from, to] = edits.get(file) ?? ["", ""];
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      return text.replace(from, to);
    },
  };
});

type Containers = Readonly<Record<string, Omit<ContainerOptions, "name"> | undefined>>;

/** What a case says of one moment; the rest is as at first. */
interface Moment extends TemplateSettings {
  readonly integrations?: readonly IntegrationName[];
  /** Containers that differ, by name; undefined for one that is gone. */
  readonly containers?: Containers;
  /** Templates that differ. */
  readonly edits?: Readonly<Record<string, readonly [from: string, to: string]>>;
}

const usual: Containers = {
  "cart-redis": { env: { SERVICE: "redis", PROJECT: "shop" }, exposedPorts: [6379], networks: { backend: { ip: "172.18.0.5", gateway: "172.18.0.1" } } },
  sessions: { env: { SERVICE: "memcached" }, exposedPorts: [11211], networks: { bridge: { ip: "172.17.0.3", gateway: "172.17.0.1" } } },
  web: { env: { SERVICE: "nginx", DATADOG_TAGS: "team:web" }, exposedPorts: [80], networks: { bridge: { ip: "172.17.0.4", gateway: "172.17.0.1" } } },
};
const all: readonly IntegrationName[] = ["docker", "mcache", "nginx", "postgres", "redisdb"];
const networks = ["backend"];

const redis = "redisdb 172.18.0.5:6379 project:shop environment:staging (cart-redis)";
const cart = { env: { SERVICE: "redis", PROJECT: "shop" }, exposedPorts: [6379], networks: { backend: { ip: "172.18.0.5", gateway: "172.18.0.1" } } };
const cartId = containerFixture({ name: "cart-redis" }).id.slice(0, 12);
const nextId = containerFixture({ name: "next" }).id.slice(0, 12);
const protectedCart = (password: string) => ({ ...cart, env: { ...cart.env, CONNECTION: `0,${password}` } });
const refused = '! "cart-redis" has no instance: …';
const withFile = { ...cart, env: { ...cart.env, PASSWORD_FILE: "cart" } };
const bound = { passwordFiles: [{ name: "cart", containers: ["cart-redis"], network: "backend" }] };

/**
 * Changes: the case, what is before and after it, and what is told. Settings and templates change by themselves;
 * containers, while the generator does not follow.
 */
const changes: readonly { what: string; before?: Moment; after: Moment; told: readonly string[]; goes?: readonly string[] }[] = [
  { what: "nothing", after: {}, told: ["Host web-1: its configs stay as they are"] },
  { what: "a container that starts", before: { containers: { "cart-redis": undefined } }, after: {}, told: [`+ ${redis}`] },
  { what: "a container that stops", after: { containers: { "cart-redis": { ...cart, running: false } } }, told: [`- ${redis}`] },
  { what: "a container that is paused", after: { containers: { "cart-redis": { ...cart, state: "paused" } } }, told: [`- ${redis}`] },
  {
    what: "a container at another address",
    after: { containers: { "cart-redis": { ...cart, networks: { backend: { ip: "172.18.0.9" } } } } },
    told: ["~ redisdb 172.18.0.9:6379 host: 172.18.0.5 -> 172.18.0.9 (cart-redis)"],
  },
  {
    what: "a container that was made anew at its address",
    after: { containers: { "cart-redis": { ...cart, id: "f".repeat(64) } } },
    told: [`~ redisdb 172.18.0.5:6379 file: redisdb.d/${cartId}.yaml -> redisdb.d/ffffffffffff.yaml (cart-redis)`],
  },
  {
    what: "a container's password",
    before: { containers: { "cart-redis": protectedCart("Old-Secret-1") } },
    after: { containers: { "cart-redis": protectedCart("New-Secret-2") } },
    told: ["~ redisdb 172.18.0.5:6379 password: changes (cart-redis)"],
  },
  {
    what: "a container that no longer has a password",
    before: { containers: { "cart-redis": protectedCart("Old-Secret-1") } },
    after: {},
    told: ["~ redisdb 172.18.0.5:6379 db: 0 -> (none), password: changes (cart-redis)"],
  },
  {
    what: "a container's tags",
    after: { containers: { web: { ...usual["web"], env: { SERVICE: "nginx", DATADOG_TAGS: "team:shop" } } } },
    told: ["~ nginx http://172.17.0.4:80/nginx_status tags: - team:web + team:shop (web)"],
  },
  {
    what: "a value that is refused",
    after: { containers: { "cart-redis": protectedCart("ENC[file@/x]") } },
    told: [`- ${redis}`, refused],
  },
  {
    what: "another project of the stack",
    after: { project: "store" },
    told: [
      "~ mcache 172.17.0.3:11211 tags: - project:shop + project:store (sessions)",
      "~ nginx http://172.17.0.4:80/nginx_status tags: - project:shop + project:store (web)",
      "~ 4 files: comments only",
    ],
  },
  { what: "a network that the stack adds", before: { networks: [] }, after: {}, told: [`+ ${redis}`] },
  {
    what: "a network that the stack takes out",
    after: { networks: [] },
    told: [`- ${redis}`, refused],
  },
  {
    what: "an agent on the host's network",
    after: { networks: [], agentNetwork: "host" },
    told: ["Host web-1: its configs stay as they are"],
  },
  {
    what: "an integration that is listed",
    before: { integrations: ["docker", "nginx", "redisdb"] },
    after: {},
    told: ["+ mcache 172.17.0.3:11211 project:shop environment:staging (sessions)", "+ mcache.d/mcache.yaml, without instances", "+ postgres.d/postgres.yaml, without instances"],
  },
  {
    what: "an integration that is no longer listed",
    after: { integrations: ["docker", "nginx"] },
    goes: ["mcache.d", "postgres.d", "redisdb.d"],
    told: [
      "- mcache 172.17.0.3:11211 project:shop environment:staging (sessions)",
      `- ${redis}`,
      "- mcache.d/mcache.yaml, without instances",
      "- postgres.d/postgres.yaml, without instances",
      "- redisdb.d/redisdb.yaml, without instances",
    ],
  },
  {
    what: "a template that loses a tag",
    after: { edits: { "generator/tags.tmpl": ['list "project" "environment"', 'list "project"'] } },
    told: [
      "~ mcache 172.17.0.3:11211 tags: - environment:staging (sessions)",
      "~ nginx http://172.17.0.4:80/nginx_status tags: - environment:staging (web)",
      "~ redisdb 172.18.0.5:6379 tags: - environment:staging (cart-redis)",
    ],
  },
  {
    what: "a template with one setting more",
    after: { edits: { "integrations/redisdb.tmpl": ["    port: {{ .port }}", "    port: {{ .port }}\n    command_stats: true"] } },
    told: ["~ redisdb 172.18.0.5:6379 command_stats: (none) -> true (cart-redis)"],
  },
  {
    what: "a template with another comment",
    after: { edits: { "generator/checks.tmpl": ["# The ", "# This is the "] } },
    told: ["~ 3 files: comments only"],
  },
  {
    what: "another path in a template",
    after: { edits: { "integrations/nginx.tmpl": ['"/nginx_status"', '"/status"'] } },
    told: ["~ nginx http://172.17.0.4:80/status nginx_status_url: http://172.17.0.4:80/nginx_status -> http://172.17.0.4:80/status (web)"],
  },
  {
    what: "a password file that the stack binds",
    before: { containers: { "cart-redis": withFile }, passwords: { cart: "From-File-3\n" } },
    after: { containers: { "cart-redis": withFile }, passwords: { cart: "From-File-3\n" }, ...bound },
    told: [`+ ${redis}`],
  },
  {
    what: "a password file with another password",
    before: { containers: { "cart-redis": withFile }, passwords: { cart: "From-File-3\n" }, ...bound },
    after: { containers: { "cart-redis": withFile }, passwords: { cart: 'Ot"her-\u00e9\u2028File-4\r\n' }, ...bound },
    told: ["~ redisdb 172.18.0.5:6379 password: changes (cart-redis)"],
  },
  {
    what: "a password file that is gone",
    before: { containers: { "cart-redis": withFile }, passwords: { cart: "From-File-3\n" }, ...bound },
    after: { containers: { "cart-redis": withFile }, ...bound },
    told: [`- ${redis}`, refused],
  },
  {
    what: "the agent's other generation",
    before: { generation: 5, integrations: ["redisdb"] },
    after: { integrations: ["redisdb"] },
    goes: ["redisdb.yaml"],
    told: [
      `~ redisdb 172.18.0.5:6379 file: redisdb.yaml -> redisdb.d/${cartId}.yaml (cart-redis)`,
      "+ redisdb.d/redisdb.yaml, without instances",
    ],
  },
  {
    what: "a container with another name",
    after: { containers: { "cart-redis": undefined, cart: { ...cart, id: containerFixture({ name: "cart-redis" }).id } } },
    told: [`~ redisdb.d/${cartId}.yaml: comments only`],
  },
  {
    what: "a container with a second service, on another port",
    after: { containers: { "cart-redis": { ...cart, env: { SERVICE: "redis,nginx", PROJECT: "shop" }, labels: { "datadog-hosts.nginx.port": "8080" }, exposedPorts: [6379, 8080] } } },
    told: ["+ nginx http://172.18.0.5:8080/nginx_status project:shop environment:staging (cart-redis)"],
  },
  {
    what: "a label that takes the place of a variable",
    after: { containers: { "cart-redis": { ...cart, labels: { "datadog-hosts.project": "store" } } } },
    told: [
      "~ redisdb 172.18.0.5:6379 tags: - project:shop + project:store (cart-redis)",
      expect.stringMatching(/^! "cart-redis" has duplicate tags for project/) as string,
    ],
  },
  {
    what: "a container on a second network",
    after: { containers: { web: { ...usual["web"], networks: { bridge: { ip: "172.17.0.4" }, backend: { ip: "172.18.0.9" } } } } },
    told: ["Host web-1: its configs stay as they are"],
  },
  {
    what: "labels by which the agent would run the check itself",
    before: { discovery: "agent" },
    after: { discovery: "agent", containers: { "cart-redis": { ...cart, labels: { "com.datadoghq.ad.checks": '{"redisdb":{"instances":[{"host":"%%host%%"}]}}' } } } },
    told: [`- ${redis}`, refused],
  },
  {
    what: "logs that the stack begins to collect",
    after: { logs: { all: true, declared: true } },
    told: [
      expect.stringMatching(/^\+ logs container_logs\.d\/[0-9a-f]{12}\.yaml \(sessions\)$/) as string,
      expect.stringMatching(/^\+ logs .* \(web\)$/) as string,
      `+ logs container_logs.d/${cartId}.yaml (cart-redis)`,
    ],
  },
  {
    what: "a container that takes another one's address",
    after: { containers: { "cart-redis": undefined, next: { env: { SERVICE: "redis", PROJECT: "next" }, exposedPorts: [6379], networks: { backend: { ip: "172.18.0.5" } } } } },
    told: [
      `~ redisdb 172.18.0.5:6379 tags: - project:shop + project:next, file: redisdb.d/${cartId}.yaml -> redisdb.d/${nextId}.yaml (next)`,
    ],
  },
  {
    what: "two containers with generation 5",
    before: { generation: 5, integrations: ["redisdb"] },
    after: {
      generation: 5,
      integrations: ["redisdb"],
      containers: { "cart-redis": { ...cart, env: { SERVICE: "redis", PROJECT: "store" } }, other: { ...cart, networks: { backend: { ip: "172.18.0.6" } } } },
    },
    told: [
      "~ redisdb 172.18.0.5:6379 tags: - project:shop + project:store (cart-redis)",
      "+ redisdb 172.18.0.6:6379 project:shop environment:staging (other)",
    ],
  },
];

let host: RenderedHost | undefined;
afterEach(() => {
  edits.clear();
  host?.remove();
});

/** The agent as it is on the host while a stack's settings say so. */
function agentOn(joined: readonly string[]): ContainerFixture {
  return containerFixture({
    name: "dd-agent",
    labels: { "datadog-hosts.role": "agent" },
    ...(joined.includes("*")
      ? { networkMode: "host" }
      : { networks: Object.fromEntries(joined.map((name, index) => [name, { ip: `172.${17 + index}.0.2` }])) }),
  });
}

/** The host at a moment. */
function stateAt(moment: Moment, joined: readonly string[]): HostState {
  const settings = stack({ networks, ...moment });
  const containers = Object.entries({ ...usual, ...moment.containers }).flatMap(([name, options]) =>
    options === undefined ? [] : [containerFixture({ name, ...options })],
  );
  return {
    settings,
    integrations: selectIntegrations(moment.integrations ?? all),
    containers: [agentOn(joined), ...containers],
    passwords: moment.passwords ?? {},
  };
}

function use({ edits: wanted = {} }: Moment): void {
  edits.clear();
  for (const [file, edit] of Object.entries(wanted)) edits.set(file, edit);
}

function namesOf(containers: Containers | undefined): Map<string, string> {
  return new Map(
    Object.entries({ ...usual, ...containers }).flatMap(([name, options]) =>
      Object.values(options?.networks ?? {}).map(({ ip = "" }) => [ip, name] as const),
    ),
  );
}

const agentNetworksOf = (moment: Moment): readonly string[] => stack({ networks, ...moment }).agentNetworks;

/** What is told below the host's line, or that line where there is nothing below it. */
function tell(found: Differences): string[] {
  const about = { host: "web-1", reached: true, problem: "", containers: [] };
  const [head = "", ...lines] = describeRenderings([shown({ ...about, ...found })]).split("\n");
  return lines.length === 0 ? [head] : lines.map((line) => line.trim().replace(/(has no instance: ).+/, "$1…"));
}

/**
 * Makes a change, and compares what is announced before it with what the files contain after it.
 * @returns what is told of it.
 */
async function announced({ before, after, goes = [] }: { before: Moment; after: Moment; goes?: readonly string[] }): Promise<string[]> {
  host = new RenderedHost();
  use(before);
  await host.generate(stateAt(before, agentNetworksOf(before)));
  const current = host.files;

  use(after);
  // The agent is still as the earlier settings say.
  const { settings, integrations, containers, passwords } = stateAt(after, agentNetworksOf(before));
  const engine = await FakeEngine.start(engineAnswers(containers));
  const draft = await renderDraft({
    program: await generatorBinary(),
    engineSocket: engine.socketPath,
    host: settings,
    integrations,
    passwords: new Map(Object.entries(passwords).map(([name, text]) => [name, Buffer.from(text)])),
  }).finally(() => engine.close());
  const then = filesAfterUp(current, draft);
  const lines = tell(differencesBetween(current, then, namesOf(after.containers)));

  await host.generate(stateAt(after, agentNetworksOf(after)));
  host.clearUp(goes);
  expect(Object.fromEntries(then)).toEqual(Object.fromEntries(host.files));
  return lines;
}

/** Values that a container may declare for anything. */
const oddWords = ["", " ", "shop", "köln\u202e", "it's", '"quoted"', "a,b,,c", "0,pass:word#1", "- x: {y}", "%%env_X%%", "ENC[x]", "line\nend", "\u{1f9c0}", "7001", "65536", "true", "~", "x".repeat(2100)];
const oddNames = ["PROJECT", "ENVIRONMENT", "DATADOG_TAGS", "CONNECTION", "CONNECTION_USERNAME", "VIRTPORT", "STATUS_PATH", "POSTGRES_DB", "PASSWORD_FILE"];

/** A moment with containers of every kind, the same for the same seed. */
function oddMoment(seed: number): Moment {
  let state = seed;
  const pick = <Item>(items: readonly Item[]): Item => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return items[Math.floor((state / 2_147_483_648) * items.length)] as Item;
  };
  const containers = Array.from({ length: 6 }, (_, index): [string, Omit<ContainerOptions, "name"> | undefined] => [
    `odd-${index}`,
    pick([true, true, true, false])
      ? {
          env: { SERVICE: pick(["redis", "nginx,postgres", "memcached", "postgres", "rediss", "Redis "]), [pick(oddNames)]: pick(oddWords), [pick(oddNames)]: pick(oddWords) },
          labels: { [`datadog-hosts.${pick(["tags", "port", "redis.port", "project", "service"])}`]: pick(oddWords) },
          exposedPorts: pick([[], [6379], [80, 443], [7000, 7001]]),
          networks: { [pick(["backend", "bridge", "apart"])]: { ip: `172.18.0.${20 + index}` } },
        }
      : undefined,
  ]);
  return { containers: Object.fromEntries(containers), passwords: { cart: pick(["one", "two\n", ""]) }, ...pick([{}, bound]) };
}

describe("what is announced before a change is what the files contain after it", () => {
  test.each(changes)("$what", async ({ before = {}, after, told, goes = [] }) => {
    expect(await announced({ before, after, goes })).toEqual(told);
  });

  test.each(Array.from({ length: 4 }, (_, index) => index + 1))("a change between containers with odd words, number %i", async (seed) => {
    const lines = await announced({ before: oddMoment(seed), after: oddMoment(seed + 100) });
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).not.toMatch(/pass:word|\p{Cc}|\u202e/u);
  });
});
