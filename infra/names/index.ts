/** The names on every host: containers, labels, folders and files. */
export { engineSocket } from "./engine";
export { containerNames, identitiesOf, ownerLabels, setAsideSuffix, type Owner, type Role } from "./labels";
export {
  HostPaths,
  apiKeyFile,
  contentHash,
  logConfigsFolder,
  manifestFile,
  manifestOf,
  secretsFingerprint,
} from "./paths";
