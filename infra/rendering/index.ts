/** Renders the stack's settings into files: pure functions, without host or clock. */
export { checkConfig } from "./check-yaml";
export { milliseconds } from "./duration";
export { filterPaths, filterRules } from "./filter-files";
export {
  firstConfigs,
  generatorConfigFiles,
  generatorPaths,
  generatorTemplateFiles,
  type GeneratorSettings,
} from "./generator-files";
