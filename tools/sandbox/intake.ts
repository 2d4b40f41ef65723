import { ownerLabel } from "../../sandbox/host/labels";
import { ensureHostNetwork } from "../../sandbox/host/network";
import { docker, dockerText } from "../shared/docker";
import { waitFor } from "../shared/wait";

/** A place that agents send to, in a container beside the test hosts. */
export interface Intake {
  /** Address for the agents' settings. */
  readonly address: string;
  readonly container: string;
}

/** One series as the intake keeps it. */
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

/** Starts an intake beside an owner's test hosts, or finds the one that is there. It goes with the owner's hosts. */
export async function startIntake(owner: string, image: string): Promise<Intake> {
  const { name: network } = await ensureHostNetwork(owner);
  const container = `${network}-intake`;
  const there = await docker(["container", "inspect", container], { check: false });
  if (there.status !== 0) {
    const flags = ["--detach", "--name", container, "--label", ownerLabel(owner), "--network", network];
    await docker(["run", ...flags, image, "-listen", `:${port}`]);
  }
  await docker(["start", container]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const address = `http://${await dockerText(["inspect", "--format", format, container])}:${port}`;
  await waitFor(`the intake at ${address}`, async () => (await fetch(`${address}/recorded`)).ok);
  return { address, container };
}

/** What the intake has kept. */
export async function recordedSeries(intake: Intake): Promise<RecordedSeries[]> {
  const response = await fetch(`${intake.address}/recorded`);
  return ((await response.json()) as { series: RecordedSeries[] | null }).series ?? [];
}
