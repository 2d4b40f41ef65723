import { docker } from "../shared/docker";
import { UserError } from "../shared/errors";
import { step, type Log } from "../shared/progress";
import { ProcessError } from "../shared/run";
import type { Sources } from "./choose";
import { withFailureCache } from "./downloads";
import { versions } from "./parts";
import { agentImage, dockerGenImage, ensureStandInImage, standInLabel, type StandInImage } from "./standin-images";

/** An image that a vendor publishes. */
interface VendorImage {
  /** The references under which it is published, the preferred one first. */
  readonly references: readonly [string, ...string[]];
  /** The version that the references name. */
  readonly version: string;
  /** Its stand-in. */
  readonly standIn: () => StandInImage;
}

const dockerGen: VendorImage = {
  references: [`nginxproxy/docker-gen:${versions["docker-gen"]}`],
  version: versions["docker-gen"],
  standIn: () => dockerGenImage,
};

const agent7: VendorImage = {
  references: ["gcr.io/datadoghq/agent:7", "registry.datadoghq.com/agent:7", "datadog/agent:7"],
  version: "7",
  standIn: () => agentImage("7"),
};

const agent5: VendorImage = {
  references: ["datadog/docker-dd-agent:12.7.5274"],
  version: "12.7.5274",
  standIn: () => agentImage("5"),
};

/** The ways to get the image of docker-gen. */
export function dockerGenSources(log: Log, retry: boolean): Sources {
  return imageSources(dockerGen, log, retry);
}

/** The ways to get the image of the agent, generation 7. */
export function agentSources(log: Log, retry: boolean): Sources {
  return imageSources(agent7, log, retry);
}

/** The ways to get the image of the agent, generation 5. */
export function agent5Sources(log: Log, retry: boolean): Sources {
  return imageSources(agent5, log, retry);
}

function imageSources(image: VendorImage, log: Log, retry: boolean): Sources {
  return {
    find: async () => {
      for (const reference of image.references) {
        if (await isVendorImage(reference)) return { version: image.version, location: reference };
      }
      return undefined;
    },
    download: async () => ({ version: image.version, location: await pullFirst(image.references, log, retry) }),
    make: async () => ({ version: image.version, location: await ensureStandInImage(image.standIn(), log) }),
    made: "stand-in",
    vendorAddress: `a registry: \`docker pull ${image.references[0]}\``,
  };
}

/** Whether the engine has the vendor's image of that name, and not one of our stand-ins under its name. */
async function isVendorImage(reference: string): Promise<boolean> {
  const format = `{{index .Config.Labels "${standInLabel}"}}`;
  const result = await docker(["image", "inspect", "--format", format, reference], { check: false });
  return result.status === 0 && result.stdout.trim() === "";
}

async function pullFirst(references: readonly string[], log: Log, retry: boolean): Promise<string> {
  return withFailureCache(
    `images ${references.join(" ")}`,
    async () => {
      const failures: string[] = [];
      for (const reference of references) {
        const failure = await pull(reference, log);
        if (failure === undefined) return reference;
        failures.push(failure.reason);
        if (!failure.answered) break;
      }
      throw new UserError(failures.join("\n"));
    },
    { retry },
  );
}

interface PullFailure {
  readonly reason: string;
  /** Whether the registry answered; if it did not, there is no need to wait for the others. */
  readonly answered: boolean;
}

/** Pulls an image. Returns the reason if that fails. */
async function pull(reference: string, log: Log): Promise<PullFailure | undefined> {
  return step(`Pulling ${reference}`, log, async (report) => {
    try {
      // A working registry answers within seconds; after that, the download may take long.
      await docker(["pull", reference], { silenceMs: 20_000, timeoutMs: 900_000, onLine: report });
      return undefined;
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      const reason = error.result?.stderr.trim();
      return { reason: `${reference}: ${reason ?? "its registry does not answer"}`, answered: reason !== undefined };
    }
  });
}
