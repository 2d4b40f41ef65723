/** What the stack decides, rendered into files: pure functions of the settings, without host or clock. */
export { checkConfig } from "./check-yaml";
export { firstConfigs, generatorConfigFiles, generatorPlaces, generatorTemplateFiles } from "./generator-files";
