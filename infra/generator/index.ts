/** The generator of a host: docker-gen, which writes the integration configs. */
export { createGenerator } from "./generator";
