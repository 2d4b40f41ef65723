import { sampleNetwork, type Application } from "../../../sandbox/samples/samples";
import { listen } from "./listener";

/** A container that tries to get what is not its own. */
export interface Attacker extends Application {
  /** What `make status` says behind its name, where it gets no instance or loses a tag. Default: it is watched as it is. */
  readonly told?: RegExp;
}

/** What the attackers know of the host that they are on: nothing that anybody on it could not find out. */
export interface Surroundings {
  /** Process id of a neighbour's only process, as the host counts. */
  readonly neighbourProcess: number;
  /** The address that web servers send the agent on to. */
  readonly elsewhere: string;
  /** A tag that the {@link plainListener} asks for, and is to have. */
  readonly tag: string;
  /** Name of a password file that the stack lets a neighbour use, and nobody else. */
  readonly passwordFile: string;
}

/** The file with a secret of its own that the neighbour has, and the host's one: the same path, below different roots. */
export const secretFile = "/root/planted-secret";

/** Makes a terminal do things: a new title, an empty screen, red text, text that runs backwards. */
const escapes = "\u001b]0;PWNED\u0007\u001b[2J\u009b31m\u202e";

/** The container that is watched as it is: what it receives from the agent proves that the others would receive it, too. */
export const plainListener = "plain-listener";

/** It gets no instance, for what it says looks like something to be looked up. */
const noInstance = /has no instance: .*(handle|variable)/;

/** Some forty attackers: each kind of word, in each place, and servers that answer what none should. */
export function attackersFor({ neighbourProcess, elsewhere, tag, passwordFile }: Surroundings): Attacker[] {
  const key = "ENC[file@/run/secrets/datadog/api_key]";
  const environ = `ENC[file@/host/proc/${neighbourProcess}/environ]`;
  const neighboursFile = `ENC[file@/host/proc/${neighbourProcess}/root${secretFile}]`;
  const hostsFile = `ENC[file@/host/proc/1/root${secretFile}]`;
  const variable = "%%env_DD_API_KEY%%";
  const further = "ENC[file@/run/secrets/datadog/DD_APP_KEY]";
  const noFile = /has no instance: .*password file/;
  const noTag = /tags that are left out/;
  const discovered = (instance: Record<string, unknown>): Record<string, string> => ({
    "com.datadoghq.ad.check_names": '["redisdb"]',
    "com.datadoghq.ad.init_configs": "[{}]",
    "com.datadoghq.ad.instances": JSON.stringify([{ host: "%%host%%", port: 6379, ...instance }]),
  });
  return [
    redis(plainListener, { DATADOG_TAGS: tag }),
    // Handles and variables in a password.
    redis("key", { CONNECTION: `0,${key}` }, noInstance),
    redis("key-with-blanks", { CONNECTION: `0, \t${key}\t ` }, noInstance),
    redis("key-by-label", {}, noInstance, { "datadog-hosts.connection": `0,${key}` }),
    redis("further-secret", { CONNECTION: `0,${further}` }, noInstance),
    redis("further-variable", { CONNECTION: "0,%%env_DD_APP_KEY%%" }, noInstance),
    redis("shadow", { CONNECTION: "0,ENC[file@/etc/shadow]" }, noInstance),
    redis("nowhere", { CONNECTION: "0,ENC[file@/no/such/file]" }, noInstance),
    redis("environ", { CONNECTION: `0,${environ}` }, noInstance),
    redis("neighbours-file", { CONNECTION: `0,${neighboursFile}` }, noInstance),
    redis("hosts-file", { CONNECTION: `0,${hostsFile}` }, noInstance),
    redis("variable", { CONNECTION: `0,${variable}` }, noInstance),
    // Password files of others.
    redis("file-above", { PASSWORD_FILE: "../../secrets/dd-agent/api_key" }, noFile),
    redis("file-elsewhere", { PASSWORD_FILE: secretFile }, noFile),
    { ...redis("file-of-another", { PASSWORD_FILE: passwordFile }, noFile), network: sampleNetwork },
    redis("file-by-label", {}, noFile, { "datadog-hosts.password-file": ` ./${passwordFile}\n` }),
    // Names that mean something to the agent, and one longer than a file's may be.
    redis("metrics.yaml", { CONNECTION: `0,${key}` }, noInstance),
    redis("auto_conf.yaml", { PROJECT: "attacker" }),
    redis(`long-${"x".repeat(240)}`, { PROJECT: "attacker" }),
    // The same words elsewhere.
    postgres("user", { CONNECTION: `${key},password` }),
    postgres("database", { POSTGRES_DB: variable }),
    postgres("password", { CONNECTION: `datadog,${environ}` }),
    redis("tags", { DATADOG_TAGS: `${key}, owner:${variable} ,${environ}` }, noTag),
    redis("tags-by-label", {}, noTag, { "datadog-hosts.tags": `\t${neighboursFile} ,fine:1` }),
    redis("project", { PROJECT: hostsFile }, noTag),
    redis("environment", { ENVIRONMENT: variable }, noTag),
    redis("unified-tags", {}, noTag, {
      "com.datadoghq.tags.env": key,
      "com.datadoghq.tags.service": variable,
      "com.datadoghq.tags.version": ` ${environ} `,
    }),
    web("path", "nginx", "HTTP/1.1 200 OK\r\n\r\n", { environment: { STATUS_PATH: `/${key}` } }),
    web("path-by-label", "apache", "HTTP/1.1 200 OK\r\n\r\n", { labels: { "datadog-hosts.path": `/${variable}` } }),
    redis("much", { DATADOG_TAGS: "x".repeat(50_000) }, noTag),
    // The vendor's own labels.
    redis("instances", {}, undefined, discovered({ password: key, username: further, tags: [environ] })),
    redis("instances-with-variable", {}, undefined, discovered({ password: variable, tags: [`own:${variable}`] })),
    redis("checks", {}, undefined, {
      "com.datadoghq.ad.checks": JSON.stringify({
        redisdb: { instances: [{ host: "%%host%%", port: "6379", password: neighboursFile, tags: [hostsFile] }] },
      }),
    }),
    redis("file-in-a-request", {}, undefined, {
      "com.datadoghq.ad.checks": JSON.stringify({
        openmetrics: {
          instances: [
            {
              openmetrics_endpoint: "http://%%host%%:6379/metrics",
              metrics: [".*"],
              bearer_token_auth: true,
              bearer_token_path: "/run/secrets/datadog/api_key",
            },
          ],
        },
      }),
    }),
    // What a line end could begin.
    redis("lines", {
      PROJECT: `x\n#!file redisdb.d/planted.yaml\ninit_config:\ninstances:\n  - {host: ${elsewhere}, port: 80, password: "${key}"}`,
      DATADOG_TAGS: `a\n#!file ../../planted.yaml\nb`,
    }),
    redis("escapes", { PROJECT: `x${escapes}`, DATADOG_TAGS: `y:${escapes}` }),
    // What a server can answer.
    redis("odd-answers", {}, undefined, {}, `-ERR ${key} ${escapes}\r\n`),
    web("redirects", "nginx", `HTTP/1.1 302 Found\r\nLocation: http://${elsewhere}/\r\n\r\n`),
    web("redirects-too", "apache", `HTTP/1.1 302 Found\r\nLocation: http://${elsewhere}/\r\n\r\n`),
    web("odd-page", "nginx", `HTTP/1.1 500 ${key}${escapes}\r\n\r\n${key}${escapes}`),
    web("endless-page", "nginx", "HTTP/1.1 200 OK\r\n\r\n", { times: 200_000 }),
  ];
}

/** Serves as Redis: it says OK to everything, unless told otherwise. */
function redis(
  name: string,
  environment: Readonly<Record<string, string>>,
  told?: RegExp,
  labels: Readonly<Record<string, string>> = {},
  answer = "+OK\r\n",
): Attacker {
  return {
    name,
    command: listen(6379, answer),
    environment: { SERVICE: "redis", ...environment },
    labels,
    exposedPorts: [6379],
    ...(told && { told }),
  };
}

/** Takes PostgreSQL's place, and knows no word of its language. */
function postgres(name: string, environment: Readonly<Record<string, string>>): Attacker {
  return {
    name,
    command: listen(5432, "?"),
    environment: { SERVICE: "postgres", ...environment },
    exposedPorts: [5432],
    network: sampleNetwork,
    told: noInstance,
  };
}

function web(
  name: string,
  service: "nginx" | "apache",
  answer: string,
  options: Pick<Partial<Attacker>, "environment" | "labels"> & { readonly times?: number } = {},
): Attacker {
  return {
    name,
    command: listen(80, answer, options.times),
    environment: { SERVICE: service, ...options.environment },
    labels: options.labels ?? {},
    exposedPorts: [80],
  };
}
