import { quote } from "../../../infra/shell";
import { shell } from "../../../sandbox/samples/samples";
import type { ContainerRow } from "../../../tools/status/schema";

/** A container that is watched, or why it is not: one of those that are prepared side by side on one host. */
export interface Situation {
  readonly name: string;
  /** Options of its `docker run`, besides the name. */
  readonly options: readonly string[];
  readonly command: readonly string[];
  /** Another name of the services' image. Default: its own. */
  readonly image?: string;
  /** What is done to it once it runs. */
  readonly then?: string;
  /** What `make status` says of it; undefined if it is only counted. */
  readonly told?: Told;
  /** What the words in capitals of a line stand for. */
  readonly words?: Readonly<Record<string, string>>;
  /** Whether it is watched once its lines are pasted. Default: it is not tried. */
  readonly fixed?: boolean;
}

type Told = Pick<ContainerRow, "watch" | "reason"> & Partial<Pick<ContainerRow, "recognisedBy">>;

const redis = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""];
const password = "sample-password";
const guarded = [...redis, "--requirepass", password];
const asks = ["--env", "SERVICE=redis"];
const exposes = ["--expose", "6379"];

/** The same command without its program's name: nobody recognises it by sight. */
const hidden = (command: readonly string[]): string[] => ["sh", "-c", 'exec "$0" "$@"', ...command];

/** The variable whose value a server here takes as a line of its configuration. */
const serverLine = "SERVER_LINE";

const nginx = (more: string): string[] =>
  shell(
    "mkdir -p /etc/nginx/conf.d",
    `echo "$${serverLine}" >/etc/nginx/conf.d/00-datadog.conf`,
    more,
    "exec nginx -g 'daemon off;'",
  );
const forbidden =
  "echo 'server { listen 80; location /nginx_status { stub_status; deny all; } }' >/etc/nginx/sites-enabled/default";

/** Debian's Apache: its status page is open to itself alone. */
const apache = shell(
  ". /etc/apache2/envvars",
  'mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"',
  `echo "$${serverLine}" >/etc/apache2/conf-enabled/00-datadog.conf`,
  "exec apache2 -DFOREGROUND",
);

/** What a password file is written with. */
export const passwordInFile = password;

const postgres = (access: string): string[] => [
  ...["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"],
  ...shell(
    `printf %s ${password} >/tmp/password`,
    "initdb --pgdata /tmp/data --username datadog --auth scram-sha-256 --pwfile /tmp/password --no-sync >/dev/null",
    `echo "${access}" >>/tmp/data/pg_hba.conf`,
    "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp",
  ),
];

const advertised = "--advertise-client-urls=http://127.0.0.1:2379";

const unwatched = (reason: ContainerRow["reason"], recognisedBy?: string): Told => ({
  watch: "unwatched",
  reason,
  ...(recognisedBy !== undefined && { recognisedBy }),
});
const failing = (reason: ContainerRow["reason"]): Told => ({ watch: "failing", reason });

/** What the container that restarts again and again says before it ends. */
export const lastWords = "there is no file with settings";

/** Networks that the stack's agent is not on; YAML takes the second one's name for a number. */
export const networksApart = ["apart", "2024"];

/** A container with which all is well. */
export const watched: Situation = {
  name: "watched",
  options: [...asks, ...exposes],
  command: redis,
  told: { watch: "watched", reason: null },
};

export const situations: readonly Situation[] = [
  watched,
  {
    name: "own-labels",
    options: [
      ...[...asks, "--label", 'com.datadoghq.ad.check_names=["redisdb"]'],
      ...["--label", "com.datadoghq.ad.init_configs=[{}]"],
      ...["--label", 'com.datadoghq.ad.instances=[{"host": "%%host%%", "port": 6379}]'],
    ],
    command: redis,
    told: { watch: "watched", reason: null },
  },
  { name: "unknown", options: [], command: ["sleep", "86400"] },
  {
    name: "by-image",
    options: [],
    image: "registry.example/library/redis:7",
    command: hidden(redis),
    told: unwatched("does-not-ask", "image redis"),
    fixed: true,
  },
  {
    name: "by-command",
    options: [],
    command: redis,
    told: unwatched("does-not-ask", "command redis-server"),
    fixed: true,
  },
  {
    name: "by-title",
    options: ["--label", "org.opencontainers.image.title=Redis"],
    command: hidden(redis),
    told: unwatched("does-not-ask", "label org.opencontainers.image.title redis"),
    fixed: true,
  },
  {
    name: "by-variable",
    options: ["--env", "REDIS_VERSION=7"],
    command: hidden(redis),
    told: unwatched("does-not-ask", "variable REDIS_VERSION"),
    fixed: true,
  },
  {
    name: "by-port",
    options: exposes,
    command: hidden(redis),
    told: unwatched("does-not-ask", "port 6379"),
    fixed: true,
  },
  {
    name: "misspelt",
    options: ["--env", "SERVICE=rediss"],
    command: redis,
    told: unwatched("unknown-service"),
    fixed: true,
  },
  {
    name: "not-listed",
    options: ["--env", "SERVICE=memcached"],
    command: ["memcached", "-u", "nobody"],
    told: unwatched("not-listed"),
    fixed: true,
  },
  {
    name: "not-listed-too",
    options: ["--env", "SERVICE=etcd"],
    command: ["etcd", "--data-dir", "/tmp/etcd", "--listen-client-urls=http://0.0.0.0:2379", advertised],
    told: unwatched("not-listed"),
    fixed: true,
  },
  {
    name: "apart",
    options: [...asks, "--network", "apart"],
    command: redis,
    told: unwatched("no-shared-network"),
    fixed: true,
  },
  {
    name: "apart-too",
    options: [...asks, "--network", "2024"],
    command: redis,
    told: unwatched("no-shared-network"),
    fixed: true,
  },
  {
    name: "alone",
    options: [...asks, "--network", "none"],
    command: redis,
    told: unwatched("no-shared-network"),
    fixed: true,
  },
  {
    name: "on-the-host",
    options: [...asks, "--network", "host"],
    command: redis,
    told: unwatched("no-shared-network"),
    fixed: true,
  },
  {
    name: "no-port",
    options: ["--env", "SERVICE=tcp"],
    command: redis,
    told: unwatched("no-port"),
    words: { PORT: "6379" },
    fixed: true,
  },
  {
    name: "refused",
    options: [...asks, "--env", "CONNECTION=0,ENC[file@/etc/passwd]"],
    command: guarded,
    told: unwatched("refused-value"),
    words: { FIRST: "0", PASSWORD: password },
    fixed: true,
  },
  {
    name: "no-password-file",
    options: [...asks, "--env", "PASSWORD_FILE=another"],
    command: guarded,
    told: unwatched("password-file"),
    words: { NAME: "another" },
    fixed: true,
  },
  {
    name: "no-labelled-file",
    options: [...asks, "--label", "datadog-hosts.password-file=labelled"],
    command: guarded,
    told: unwatched("password-file"),
    words: { NAME: "another" },
    fixed: true,
  },
  {
    name: "paused",
    options: asks,
    command: redis,
    then: "docker pause paused",
    told: unwatched("paused"),
    fixed: true,
  },
  {
    name: "restarting",
    options: asks,
    command: shell(`echo ${quote(lastWords)} >&2`, "exit 1"),
    told: unwatched("restarting"),
  },
  {
    name: "no-page",
    options: ["--env", "SERVICE=nginx", "--expose", "80"],
    command: nginx(":"),
    told: failing("status-page-missing"),
    fixed: true,
  },
  {
    name: "closed-page",
    options: ["--env", "SERVICE=nginx", "--expose", "80"],
    command: nginx(forbidden),
    told: failing("status-page-forbidden"),
    fixed: true,
  },
  {
    name: "closed-apache",
    options: ["--env", "SERVICE=apache", "--expose", "80"],
    command: apache,
    told: failing("status-page-forbidden"),
    fixed: true,
  },
  {
    name: "no-credentials",
    options: ["--env", "SERVICE=postgres"],
    command: postgres("host all all all scram-sha-256"),
    told: failing("login-refused"),
    words: { USER: "datadog", PASSWORD: password },
    fixed: true,
  },
  {
    name: "no-login",
    options: ["--env", "SERVICE=postgres", "--env", "CONNECTION=datadog,another"],
    command: postgres("host all all all scram-sha-256"),
    told: failing("login-refused"),
    words: { USER: "datadog", PASSWORD: password },
    fixed: true,
  },
  {
    name: "no-access",
    options: ["--env", "SERVICE=postgres", "--env", `CONNECTION=datadog,${password}`],
    command: postgres(`$${serverLine}`),
    told: failing("login-refused"),
    fixed: true,
  },
  {
    name: "no-auth",
    options: asks,
    command: guarded,
    told: failing("login-refused"),
    words: { PASSWORD: password },
    fixed: true,
  },
  {
    name: "wrong-port",
    options: [...asks, "--env", "VIRTPORT=7000", ...exposes],
    command: redis,
    told: failing("no-answer"),
    fixed: true,
  },
];

/** The option that gives a server here a line of its configuration. */
export function configured(line: string): string {
  return `--env ${serverLine}=${quote(line)}`;
}

/**
 * The command that starts a situation's container.
 * @param pasted further options: lines that `make status` gave. Default: none.
 */
export function startLine(situation: Situation, services: string, pasted: readonly string[] = []): string {
  const { name, options, command, image = services } = situation;
  // A network takes the place of the one before, as the report says.
  const own = pasted.some((line) => line.startsWith("--network ")) ? withoutNetwork(options) : options;
  const run = ["docker", "run", "--detach", "--name", name, "--restart", "unless-stopped", ...own].map(quote).join(" ");
  return `${run} ${pasted.join(" ")} ${[image, ...command].map(quote).join(" ")}`;
}

function withoutNetwork(options: readonly string[]): string[] {
  const at = options.indexOf("--network");
  return options.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
}
