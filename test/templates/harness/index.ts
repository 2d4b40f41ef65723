export {
  containerFixture,
  type ContainerFixture,
  type ContainerOptions,
  type EngineVersion,
  type NetworkPlace,
} from "./container-fixture";
export { engineAnswers } from "./engine-answers";
export type { EngineEvent } from "./engine-filters";
export { type EngineRequest, FakeEngine } from "./fake-engine";
export { generatorBinary, isStandIn } from "./generator-binary";
export { type GeneratorEnd, GeneratorProcess, type GeneratorStart } from "./generator-process";
export { type EngineAnswers, type EngineContainer, readRecording } from "./recording";
export { type GeneratorResult, type GeneratorRun, runGenerator } from "./run-generator";
