/** The generator of a host: docker-gen, which writes the integration configs. */
export { generatorProblems, generatorWarnings } from "./checks";
export { createGenerator, generatorArguments, generatorCapabilities, generatorHealthCheck } from "./generator";
