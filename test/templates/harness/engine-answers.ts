import type { ContainerFixture, EngineVersion } from "./container-fixture";
import type { EngineAnswers, JsonObject } from "./recording";

const versions: Record<EngineVersion, JsonObject> = {
  "20.10": { Version: "20.10.24", ApiVersion: "1.41", MinAPIVersion: "1.12", GoVersion: "go1.19.8" },
  "26.1": { Version: "26.1.5", ApiVersion: "1.45", MinAPIVersion: "1.24", GoVersion: "go1.22.12" },
  "29": { Version: "29.0.0", ApiVersion: "1.52", MinAPIVersion: "1.44", GoVersion: "go1.25.4" },
};

/**
 * Builds the answers of an engine that has these containers.
 *
 * @param containers in the order in which the engine lists them
 * @param engine default: the one of the containers, or "20.10" if there is none
 * @throws when a container was built for another engine
 */
export function engineAnswers(containers: ContainerFixture[], engine?: EngineVersion): EngineAnswers {
  const version = engine ?? containers[0]?.engine ?? "20.10";
  const other = containers.find((container) => container.engine !== version);
  if (other !== undefined) {
    throw new Error(`container ${other.name} was built for engine ${other.engine}, the others for ${version}`);
  }

  const internal: Record<string, boolean> = { bridge: false, host: false, none: false };
  for (const container of containers) {
    for (const [name, network] of Object.entries(container.networks)) {
      internal[name] = network.internal;
    }
  }
  return {
    version: { ...versions[version], Os: "linux", Arch: "amd64" },
    info: {
      Name: "fixture-host",
      Containers: containers.length,
      Images: 1,
      ServerVersion: versions[version]["Version"],
      OperatingSystem: "Debian GNU/Linux",
      OSType: "linux",
      Architecture: "x86_64",
    },
    networks: Object.entries(internal).map(([name, isInternal]) => ({
      Name: name,
      Id: `network-${name}`,
      Scope: "local",
      Driver: name === "host" || name === "none" ? name.replace("none", "null") : "bridge",
      Internal: isInternal,
    })),
    containers: [...containers],
  };
}
