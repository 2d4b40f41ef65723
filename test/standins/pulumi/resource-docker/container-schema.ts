import type { PropertyValue } from "../shared/property-values";

/** The shapes a property can have. Sets are compared without order, lists with it. */
export type AttributeKind = "text" | "flag" | "number" | "list" | "set" | "map" | "block" | "blocks";

/** One property of a resource, as the original's schema has it. */
export interface Attribute {
  readonly kind: AttributeKind;
  /** Whether a program may set it here. The others exist in the state only. */
  readonly supported?: boolean;
  /** Needed from the program. */
  readonly required?: boolean;
  /** A change replaces the resource. */
  readonly forceNew?: boolean;
  /** Without a value from the program, the engine's value stands. */
  readonly computed?: boolean;
  /** An empty value from the program is no change. */
  readonly keptWhenEmpty?: boolean;
  /** The value when the program gives none. */
  readonly default?: boolean | number | string;
  /** The values it can take. */
  readonly pattern?: RegExp;
  /** What its text has to be beyond a text: `1m30s`, or an absolute path. */
  readonly format?: "duration" | "path";
  /** The smallest number it can take. */
  readonly minimum?: number;
  /** Blocks that are a list in the original; else they are a set. */
  readonly ordered?: boolean;
  /** The fields of a block, or of each of its blocks. */
  readonly fields?: Schema;
  /** What the state has when nothing is set. Default: null. */
  readonly empty?: PropertyValue;
}

/** Properties by name. */
export type Schema = Readonly<Record<string, Attribute>>;

const duration: Attribute = { kind: "text", supported: true, default: "0s", format: "duration" };
const text: Attribute = { kind: "text", supported: true };
const fixedText: Attribute = { kind: "text", supported: true, forceNew: true };
const stateOnly = (kind: AttributeKind, empty: PropertyValue = null): Attribute => ({ kind, forceNew: true, empty });

const label: Schema = {
  label: { kind: "text", supported: true, required: true, forceNew: true },
  value: { kind: "text", supported: true, required: true, forceNew: true },
};

const mount: Schema = {
  type: { kind: "text", supported: true, required: true, pattern: /^(bind|volume|tmpfs)$/ },
  source: text,
  target: { kind: "text", supported: true, required: true },
  readOnly: { kind: "flag", supported: true },
  bindOptions: { kind: "block" },
  volumeOptions: { kind: "block" },
  tmpfsOptions: { kind: "block" },
};

const volume: Schema = {
  hostPath: { kind: "text", supported: true, forceNew: true, format: "path" },
  containerPath: fixedText,
  readOnly: { kind: "flag", supported: true, forceNew: true },
  fromContainer: stateOnly("text"),
  volumeName: stateOnly("text"),
  selinuxRelabel: stateOnly("text"),
};

const advancedNetwork: Schema = {
  name: { kind: "text", supported: true, required: true, forceNew: true },
  aliases: { kind: "set", supported: true, forceNew: true },
  ipv4Address: stateOnly("text"),
  ipv6Address: stateOnly("text"),
  linkLocalIps: stateOnly("set"),
  macAddress: stateOnly("text"),
  driverOpts: stateOnly("set"),
  gwPriority: stateOnly("number"),
};

const capabilities: Schema = {
  adds: { kind: "set", supported: true, forceNew: true },
  drops: { kind: "set", supported: true, forceNew: true },
};

const healthcheck: Schema = {
  tests: { kind: "list", supported: true },
  interval: duration,
  timeout: duration,
  startPeriod: duration,
  startInterval: duration,
  retries: { kind: "number", supported: true, minimum: 0, default: 0 },
};

/** `docker:index/container:Container`. */
export const CONTAINER: Schema = {
  attach: { kind: "flag", default: false },
  bridge: { kind: "text", computed: true },
  capabilities: { kind: "block", supported: true, forceNew: true, fields: capabilities },
  cgroupParent: stateOnly("text"),
  cgroupnsMode: fixedText,
  command: { kind: "list", supported: true, forceNew: true, computed: true },
  containerLogs: { kind: "text", computed: true },
  containerReadRefreshTimeoutMilliseconds: { kind: "number", default: 15_000 },
  cpuPeriod: { kind: "number" },
  cpuQuota: { kind: "number" },
  cpuSet: { kind: "text" },
  cpuShares: { kind: "number" },
  cpus: stateOnly("text"),
  destroyGraceSeconds: { kind: "number", supported: true },
  deviceReadBps: { kind: "blocks", empty: [] },
  deviceReadIops: { kind: "blocks", empty: [] },
  deviceRequests: stateOnly("blocks", []),
  deviceWriteBps: { kind: "blocks", empty: [] },
  deviceWriteIops: { kind: "blocks", empty: [] },
  devices: stateOnly("blocks", []),
  dns: stateOnly("set"),
  dnsOpts: stateOnly("set"),
  dnsSearches: stateOnly("set"),
  domainname: stateOnly("text"),
  entrypoints: { kind: "list", supported: true, forceNew: true, computed: true },
  envs: { kind: "set", supported: true, forceNew: true, computed: true },
  exitCode: { kind: "number", computed: true },
  gpus: stateOnly("text"),
  groupAdds: { kind: "set", supported: true, forceNew: true },
  healthcheck: { kind: "block", supported: true, computed: true, ordered: true, fields: healthcheck },
  hostname: { kind: "text", supported: true, forceNew: true, computed: true },
  hosts: stateOnly("blocks", []),
  image: { kind: "text", supported: true, required: true, forceNew: true },
  init: { kind: "flag", supported: true, computed: true },
  ipcMode: { kind: "text", forceNew: true, computed: true },
  labels: { kind: "blocks", supported: true, forceNew: true, computed: true, fields: label },
  logDriver: { kind: "text", supported: true, forceNew: true, computed: true },
  logOpts: { kind: "map", supported: true, forceNew: true },
  logs: { kind: "flag", default: false },
  maxRetryCount: { kind: "number" },
  memory: { kind: "number", supported: true, minimum: 0 },
  memoryReservation: { kind: "number", default: 0 },
  memorySwap: { kind: "number", supported: true, minimum: -1 },
  mounts: { kind: "blocks", supported: true, forceNew: true, fields: mount, empty: [] },
  mustRun: { kind: "flag", supported: true, default: true },
  name: { kind: "text", supported: true, required: true, forceNew: true },
  networkDatas: { kind: "blocks", computed: true, ordered: true },
  networkMode: { kind: "text", supported: true, forceNew: true, default: "bridge" },
  networksAdvanced: {
    kind: "blocks",
    supported: true,
    forceNew: true,
    fields: advancedNetwork,
    empty: [],
  },
  pidMode: fixedText,
  platform: { kind: "text", forceNew: true, computed: true },
  ports: { ...stateOnly("blocks", []), ordered: true },
  privileged: stateOnly("flag"),
  publishAllPorts: stateOnly("flag"),
  readOnly: { kind: "flag", supported: true, forceNew: true, default: false },
  removeVolumes: { kind: "flag", default: true },
  restart: { kind: "text", supported: true, default: "no", pattern: /^(no|on-failure|always|unless-stopped)$/ },
  rm: { kind: "flag", default: false },
  runtime: { kind: "text", forceNew: true, computed: true },
  securityOpts: { kind: "set", supported: true, forceNew: true, computed: true },
  shmSize: { kind: "number", forceNew: true, computed: true },
  start: { kind: "flag", supported: true, default: true },
  stdinOpen: { kind: "flag", forceNew: true, default: false },
  stopSignal: { kind: "text", supported: true, forceNew: true, computed: true },
  stopTimeout: { kind: "number", supported: true, forceNew: true, computed: true },
  storageOpts: stateOnly("map"),
  sysctls: stateOnly("map"),
  tmpfs: { kind: "map", supported: true },
  tty: { kind: "flag", forceNew: true, default: false },
  ulimits: stateOnly("blocks", []),
  uploads: stateOnly("blocks", []),
  user: { kind: "text", supported: true, forceNew: true, keptWhenEmpty: true },
  usernsMode: stateOnly("text"),
  volumes: { kind: "blocks", supported: true, forceNew: true, fields: volume, empty: [] },
  wait: { kind: "flag", supported: true, default: false },
  waitTimeout: { kind: "number", supported: true, default: 60 },
  workingDir: stateOnly("text"),
};

/** `docker:index/remoteImage:RemoteImage`. */
export const REMOTE_IMAGE: Schema = {
  build: { kind: "block" },
  forceRemove: { kind: "flag" },
  imageId: { kind: "text", computed: true },
  keepLocally: { kind: "flag", supported: true },
  name: { kind: "text", supported: true, required: true, forceNew: true },
  platform: stateOnly("text"),
  pullTriggers: stateOnly("set"),
  repoDigest: { kind: "text", computed: true },
  triggers: stateOnly("map"),
};
