import type { Question } from "../shared/questions";

/** Asks what starts a host's Docker engine; a machine without systemd says nothing. */
export const engineStartQuestion: Question = {
  name: "engine-start",
  command: "systemctl show --property WantedBy,RequiredBy,TriggeredBy docker.service 2>/dev/null",
};

/**
 * A remark on an engine that nothing starts with its machine, as on Flatcar: it starts once somebody uses its socket, as
 * `make status` does itself. So containers stay away after each reboot, and nobody sees it.
 * @param text the answer to {@link engineStartQuestion}.
 */
export function engineStartRemarks(text: string): string[] {
  const units = new Map(text.split("\n").map((line) => line.split("=", 2) as [string, string | undefined]));
  const starts = (property: string): string => (units.get(property) ?? "").trim();
  const isOnDemand = starts("TriggeredBy").split(" ").includes("docker.socket");
  if (!isOnDemand || !units.has("WantedBy") || starts("WantedBy") + starts("RequiredBy") !== "") return [];
  return [
    "the Docker engine starts only when somebody asks it (docker.socket), so after a reboot nothing is collected until then: " +
      "systemctl enable docker.service on the host lets it start with the machine",
  ];
}
