import { label, stateOnly, text } from "../schema";
import type { Attribute, Schema } from "../schema";

const duration: Attribute = { kind: "text", supported: true, format: "duration" };
const zeroDuration: Attribute = { ...duration, default: "0s" };
const flag: Attribute = { kind: "flag", supported: true };
const amount: Attribute = { kind: "number", supported: true, minimum: 0 };
const requiredText: Attribute = { ...text, required: true };
/** One block: a list of at most one in the original. */
const block = (fields: Schema, more: Partial<Attribute> = {}): Attribute => ({
  kind: "block",
  supported: true,
  ordered: true,
  fields,
  ...more,
});
const setOfBlocks = (fields: Schema): Attribute => ({ kind: "blocks", supported: true, fields, empty: [] });

/** What configs and secrets have in common: the file that a task sees. */
const mountedFile: Schema = {
  fileName: requiredText,
  fileUid: { ...text, default: "0" },
  fileGid: { ...text, default: "0" },
  // 0444
  fileMode: { ...amount, default: 292 },
};

const mount: Schema = {
  type: { ...requiredText, pattern: /^(bind|volume|tmpfs)$/ },
  source: text,
  target: requiredText,
  readOnly: flag,
  bindOptions: block({
    propagation: { ...text, default: "rprivate", pattern: /^(private|rprivate|shared|rshared|slave|rslave)$/ },
  }),
  volumeOptions: block({
    noCopy: flag,
    labels: setOfBlocks(label),
    driverName: text,
    driverOptions: { kind: "map", supported: true },
  }),
  tmpfsOptions: block({ sizeBytes: amount, mode: amount }),
};

const healthcheck: Schema = {
  tests: { kind: "list", supported: true },
  interval: zeroDuration,
  timeout: zeroDuration,
  startPeriod: zeroDuration,
  retries: { ...amount, default: 0 },
};

const containerSpec: Schema = {
  image: requiredText,
  labels: setOfBlocks(label),
  commands: { kind: "list", supported: true },
  args: { kind: "list", supported: true },
  hostname: text,
  env: { kind: "map", supported: true },
  dir: text,
  user: text,
  groups: { kind: "list", supported: true },
  privileges: { kind: "block", ordered: true },
  readOnly: flag,
  mounts: setOfBlocks(mount),
  stopSignal: text,
  stopGracePeriod: { ...duration, computed: true },
  healthcheck: block(healthcheck, { computed: true }),
  hosts: stateOnly("blocks", []),
  dnsConfig: { kind: "block", ordered: true, computed: true },
  secrets: setOfBlocks({ secretId: requiredText, secretName: text, ...mountedFile }),
  configs: setOfBlocks({ configId: requiredText, configName: text, ...mountedFile }),
  isolation: { kind: "text", default: "default" },
  sysctl: stateOnly("map"),
  capAdds: { kind: "list", supported: true },
  capDrops: { kind: "list", supported: true },
  init: { ...flag, computed: true },
};

const amounts: Schema = { nanoCpus: amount, memoryBytes: amount };

const resources: Schema = {
  limits: block(amounts),
  reservation: block({ ...amounts, genericResources: { kind: "block", ordered: true } }),
};

const restartPolicy: Schema = {
  condition: { ...text, pattern: /^(none|on-failure|any)$/ },
  delay: duration,
  maxAttempts: amount,
  window: duration,
};

const placement: Schema = {
  constraints: { kind: "set", supported: true },
  prefs: { kind: "set" },
  maxReplicas: { kind: "number" },
  platforms: setOfBlocks({ architecture: requiredText, os: requiredText }),
};

const network: Schema = {
  name: stateOnly("text"),
  id: { ...text, forceNew: true, required: true },
  aliases: { kind: "set", supported: true, forceNew: true },
  driverOpts: stateOnly("set"),
};

const taskSpec: Schema = {
  containerSpec: block(containerSpec, { required: true }),
  resources: block(resources, { computed: true }),
  restartPolicy: block(restartPolicy, { computed: true }),
  placement: block(placement, { computed: true }),
  forceUpdate: { ...amount, computed: true },
  runtime: { kind: "text", computed: true },
  networksAdvanceds: setOfBlocks(network),
  logDriver: block({ name: requiredText, options: { kind: "map", supported: true } }),
};

function changeConfig(failureAction: RegExp): Schema {
  return {
    parallelism: { ...amount, default: 1 },
    delay: zeroDuration,
    failureAction: { ...text, default: "pause", pattern: failureAction },
    monitor: { ...duration, default: "5s" },
    maxFailureRatio: { ...text, default: "0.0", format: "ratio" },
    order: { ...text, default: "stop-first", pattern: /^(stop-first|start-first)$/ },
  };
}

/** `docker:index/service:Service`, a global one. */
export const SERVICE: Schema = {
  auth: { kind: "block", ordered: true, forceNew: true },
  convergeConfig: { kind: "block", ordered: true },
  endpointSpec: block(
    {
      mode: { ...text, computed: true, pattern: /^(vip|dnsrr)$/ },
      ports: { kind: "blocks", ordered: true, empty: [] },
    },
    { computed: true },
  ),
  labels: { kind: "blocks", supported: true, computed: true, fields: { label: requiredText, value: requiredText } },
  // Without it the engine would make one task, somewhere.
  mode: block(
    {
      global: { ...flag, required: true },
      replicated: { kind: "block", ordered: true, computed: true },
    },
    { required: true, forceNew: true },
  ),
  name: { ...requiredText, forceNew: true },
  rollbackConfig: block(changeConfig(/(pause|continue)/)),
  taskSpec: block(taskSpec, { required: true }),
  updateConfig: block(changeConfig(/^(pause|continue|rollback)$/)),
};
