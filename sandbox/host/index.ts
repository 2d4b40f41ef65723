/** Test hosts: Docker hosts with sshd, made from Debian packages on the Docker engine of this machine. */
export { removeCaches } from "./caches";
export { createTestHost, findTestHost, type TestHostOptions } from "./create";
export type { DebianRelease } from "./debian-image";
export { engineVersion, ensureEngine, stopOwnEngine, type Engine } from "./engine";
export { TestHost, type HostRunOptions } from "./host";
export { ownerFolder } from "./keys";
export { removeAll } from "./remove";
export { ensureServicesImage } from "./services-image";
