import type { Properties } from "./plugin";

/** The types of what the plugin makes in a Swarm. */
export const SERVICE = "docker:index/service:Service";
/** See {@link SERVICE}. */
export const CONFIG = "docker:index/serviceConfig:ServiceConfig";
/** See {@link SERVICE}. */
export const SECRET = "docker:index/secret:Secret";
/** See {@link SERVICE}. */
export const NETWORK = "docker:index/network:Network";
/** See {@link SERVICE}. */
export const VOLUME = "docker:index/volume:Volume";

/** Text as configs and secrets take it. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A service's inputs, by level: of its own, of its tasks, of their containers. */
export interface ServiceInputs {
  readonly service: Properties;
  readonly task: Properties;
  readonly container: Properties;
}

/** The inputs as the plugin takes them; a null is nothing. */
export function serviceInputs({ service, task, container }: ServiceInputs): Properties {
  const given = (properties: Properties): Properties =>
    Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
  return given({ ...service, taskSpec: given({ ...task, containerSpec: given(container) }) });
}
