/** The settings of a stack: the only code that reads, checks, merges and resolves them. */
export {
  machineIdentity,
  type ContainerSettings,
  type FleetSettings,
  type HostSettings,
  type ManagerSettings,
  type SwarmSettings,
} from "./hosts";
export { misreadLine } from "./encoding";
export { SettingsError, type Problem } from "./problems";
export { readPrivateKey } from "./private-key";
export { readSettings } from "./read";
export { readSharedFile } from "./shared-file";
export { settingProblem, toProblems } from "./schema-problems";
export { defaults } from "./schema/per-host";
export { stackSchema } from "./schema/stack";
export { refusedInSwarms, swarmStackSchema } from "./schema/swarm";
export { unknownAlias, yamlProblem } from "./yaml-problem";
export { entryOf, metaOf, shapeOf, unwrap } from "./schema/walk";
export { siteRemarks } from "./sites";
