import { containerFindings, notMade } from "./container-findings";
import type { ExpectedHost } from "./expected";
import type { Facts, PathProblem } from "./facts";
import type { Finding } from "./finding";
import { imageFindings } from "./image-findings";
import { heldByApplications } from "./mount-findings";
import { unusableNetworks } from "./network-findings";
import { pathFinding } from "./path-findings";

/** All differences that a look found on a host; empty if the host is as the state says. */
export function findingsOf(host: ExpectedHost, facts: Facts): Finding[] {
  const withProblem = (wanted: PathProblem): string[] =>
    facts.paths.filter(({ problem }) => problem === wanted).map(({ path }) => path);
  const [gone, foreign] = [withProblem("gone"), withProblem("rights")];
  // If a folder is gone, its contents are not reported too; nor is an open folder that belongs to somebody else.
  const files = facts.paths
    .filter(({ path }) => !gone.some((folder) => path.startsWith(`${folder}/`)))
    .filter(({ problem, path }) => problem !== "open" || !foreign.includes(path))
    .map(({ problem, path }) => pathFinding(host, facts, problem, path));
  if (facts.engineProblem !== undefined) {
    const text = `the Docker engine does not answer (${facts.engineProblem})`;
    const byHand = /permission denied/i.test(facts.engineProblem)
      ? "Add the user that the stack logs in as to the docker group (usermod -aG docker USER), then run again."
      : "Start it on the host (systemctl start docker), then run again.";
    return [{ text, repair: {}, byHand }, ...files];
  }
  return [
    ...files,
    ...host.containers.flatMap((container) => containerFindings(host, container, facts)),
    ...host.lacking.map((name) => notMade(name, host, facts)),
    ...imageFindings(host, facts),
    ...unusableNetworks(host, facts),
    ...heldByApplications(host, facts),
  ];
}
