import { existsSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder, cacheFolder, hashOfFiles } from "../shared/cache";
import { requireDiskSpace } from "../shared/disk";
import { step, type Log } from "../shared/progress";
import { goBuild, goFolders, requireGo } from "./go";
import { versions } from "./parts";

/** The Go module that requires the one that holds the `pulumi` program. */
const moduleFolder = join(__dirname, "pulumi-module");

/**
 * The path of the `pulumi` program, built from its Go module (about 4 minutes on two cores) or cached from an earlier run.
 * Throws {@link UserError} if Go is missing or too old, or the disk is full.
 */
export async function buildPulumi(log: Log): Promise<string> {
  const folder = await cachedFolder(await cacheKey(), log, async (temporary) => {
    await requireGo(moduleFolder, "to build the pulumi program");
    for (const path of await goFolders()) await requireDiskSpace(path, 5, "to build the pulumi program");
    await step(`Building pulumi ${versions.pulumi} from its Go module`, log, async (report) => {
      await goBuild({
        folder: moduleFolder,
        target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        output: join(temporary, "pulumi"),
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.pulumi}` },
        report,
      });
    });
  });
  return join(folder, "pulumi");
}

/** The path of the program that an earlier {@link buildPulumi} cached; undefined if there is none. */
export async function cachedPulumi(): Promise<string | undefined> {
  const path = join(cacheFolder(), await cacheKey(), "pulumi");
  return existsSync(path) ? path : undefined;
}

async function cacheKey(): Promise<string> {
  const hash = await hashOfFiles(moduleFolder, ["go.mod", "go.sum", "tools.go"]);
  return `pulumi/${versions.pulumi}-${process.platform}-${process.arch}-${hash}`;
}
