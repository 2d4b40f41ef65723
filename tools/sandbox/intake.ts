import { ownerLabel } from "../../sandbox/host/labels";
import { ensureHostNetwork } from "../../sandbox/host/network";
import { docker, dockerText } from "../shared/docker";
import { waitFor } from "../shared/wait";

/** An intake for the agents, in a container on the test hosts' network. */
export interface Intake {
  /** Address for the agents' settings. */
  readonly address: string;
  readonly container: string;
}

/** One series as the intake records it. */
export interface RecordedSeries {
  readonly metric: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly points: readonly (readonly [number, number])[];
  /** When it arrived, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** Whether it came through the intake's own HTTP proxy. */
  readonly proxied: boolean;
}

/** Port that the intake listens on. */
const port = 8125;

/** Starts an intake for an owner's test hosts, or finds the existing one. It is removed with the owner's hosts. */
export async function startIntake(owner: string, image: string): Promise<Intake> {
  const { name: network } = await ensureHostNetwork(owner);
  const container = `${network}-intake`;
  const existing = await docker(["container", "inspect", container], { check: false });
  if (existing.status !== 0) {
    const flags = ["--detach", "--name", container, "--label", ownerLabel(owner), "--network", network];
    await docker(["run", ...flags, image, "-listen", `:${port}`]);
  }
  await docker(["start", container]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const address = `http://${await dockerText(["inspect", "--format", format, container])}:${port}`;
  await waitFor(`the intake at ${address}`, async () => (await fetch(`${address}/recorded`)).ok);
  return { address, container };
}

/** The series that the intake has recorded. */
export async function recordedSeries(intake: Intake): Promise<RecordedSeries[]> {
  const response = await fetch(`${intake.address}/recorded`);
  return ((await response.json()) as { series: RecordedSeries[] | null }).series ?? [];
}
