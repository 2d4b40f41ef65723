/** The names on every host: containers, labels, folders and files. */
export { engineSocket } from "./engine";
export {
  containerNames,
  identitiesOf,
  ownerLabels,
  ownNames,
  setAsideSuffix,
  type ByRole,
  type Owner,
  type OwnRole,
  type Role,
} from "./labels";
export {
  HostPaths,
  apiKeyFile,
  contentHash,
  logConfigsFolder,
  manifestFile,
  manifestOf,
  secretsFingerprint,
} from "./paths";
