import { readFileSync } from "node:fs";
import { chmod, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ensureEngine } from "../../sandbox/host/engine";
import { cachedFolder, cacheLabel, explainFullDisk, hashOf, hashOfFiles, makeTemporaryFolder } from "../shared/cache";
import { unpackPackage } from "../shared/debian-package";
import { docker, imageId } from "../shared/docker";
import { withLock } from "../shared/lock";
import { step, type Log } from "../shared/progress";
import { run } from "../shared/run";
import { goBuild, requireGo } from "./go";
import { imageRecipe, instructionsOf, type ImageRecipe } from "./image-recipe";

/** The Go module of the stand-ins that run in containers. */
const moduleFolder = resolve(__dirname, "..", "..", "test", "standins");

/** The label of every stand-in image: a vendor's image never has it. */
export const standInLabel = "datadog-hosts.standin";

/** An image that is built here: name, recipe, and the folder of the Go module with its sources. */
export interface StandInImage {
  /** `datadog-hosts-standin/<name>:<hash>` is the image's reference. */
  readonly name: string;
  readonly recipe: ImageRecipe;
  /** Folder that the recipe's tree is relative to, in the module. */
  readonly folder: string;
}

function image(name: string, recipe: z.input<typeof imageRecipe>): StandInImage {
  return { name, folder: name, recipe: imageRecipe.parse(recipe) };
}

/** docker-gen, as its vendor's image holds it. */
export const dockerGenImage = image("docker-gen", {
  base: "busybox-static",
  files: [{ path: "/usr/local/bin/docker-gen", from: "docker-gen", mode: "0755" }],
  config: { Env: ["DOCKER_HOST=unix:///tmp/docker.sock"], Entrypoint: ["/usr/local/bin/docker-gen"] },
});

/** The intake of tests and sandbox, in place of the vendor's site. */
export const intakeImage = image("intake", {
  base: "busybox-static",
  files: [{ path: "/usr/local/bin/intake", from: "intake", mode: "0755" }],
  config: { Entrypoint: ["/usr/local/bin/intake"] },
});

/** The agent of a generation; its recipe is with its sources. */
export function agentImage(generation: "5" | "7"): StandInImage {
  const folder = join("agent", "image");
  const recipes = z
    .record(z.string(), imageRecipe)
    .parse(JSON.parse(readFileSync(join(moduleFolder, folder, "image.json"), "utf8")));
  const recipe = recipes[generation];
  if (recipe === undefined) throw new Error(`image.json has no agent of generation ${generation}`);
  return { name: `agent-${generation}`, folder: "agent", recipe };
}

/**
 * Makes sure that the Docker engine has a stand-in image, built from its sources; returns its reference, which names
 * their hash. Starts an engine if there is none. Throws {@link UserError} if none can be started, if Go or the package
 * archive (for the shell) is missing, or if the disk is full.
 */
export async function ensureStandInImage(image: StandInImage, log: Log): Promise<string> {
  await ensureEngine(log);
  const sources = await hashOfFiles(moduleFolder, ["go.mod", "go.sum", image.folder]);
  const reference = `datadog-hosts-standin/${image.name}:${hashOf(sources, JSON.stringify(image.recipe), "1")}`;
  if ((await imageId(reference)) !== undefined) return reference;
  return withLock(reference, log, async () => {
    if ((await imageId(reference)) === undefined) await buildImage(image, reference, log);
    return reference;
  });
}

async function buildImage(image: StandInImage, reference: string, log: Log): Promise<void> {
  await step(`Building the stand-in image ${image.name}`, log, async (report) => {
    await requireGo(moduleFolder, `to build the stand-in image ${image.name}`);
    const busybox = await busyboxProgram(log);
    const folder = await makeTemporaryFolder();
    try {
      const root = join(folder, "root");
      await assembleRoot(image, root, busybox, report);
      const archive = join(folder, "root.tar");
      // The same content gives the same archive.
      const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
      await run("tar", ["--create", "--file", archive, ...fixed, "--directory", root, "."]);
      const labels = [`LABEL ${cacheLabel}`, `LABEL ${standInLabel}=${image.name}`];
      const changes = [...instructionsOf(image.recipe.config), ...labels].flatMap((change) => ["--change", change]);
      await docker(["import", ...changes, archive, reference]);
    } catch (error) {
      throw explainFullDisk(error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function assembleRoot(
  image: StandInImage,
  root: string,
  busybox: string,
  report: (doing: string) => void,
): Promise<void> {
  const { recipe } = image;
  const make = async (path: string, mode = 0o755): Promise<void> => {
    await mkdir(join(root, path), { recursive: true });
    await chmod(join(root, path), mode);
  };
  await make("/");
  for (const path of ["/bin", "/etc", "/usr/local/bin", "/root"]) await make(path);
  await make("/tmp", 0o1777);
  await writeFile(join(root, "etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  await writeFile(join(root, "etc", "group"), "root:x:0:\n");
  await addBusybox(root, busybox);
  if (recipe.tree !== undefined) {
    await cp(join(moduleFolder, image.folder, recipe.tree), root, { recursive: true });
  }
  for (const path of recipe.folders) await make(path, path === "/tmp" ? 0o1777 : 0o755);
  for (const { path, from, mode } of recipe.files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if (from !== undefined) await goBuild({ folder: moduleFolder, target: `./${from}`, output: target, report });
    await chmod(target, Number.parseInt(mode, 8));
  }
  for (const [path, target] of Object.entries(recipe.links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
}

/** A shell and the usual tools, as the vendors' images have them: one file and a link for each. */
async function addBusybox(root: string, busybox: string): Promise<void> {
  await cp(busybox, join(root, "bin", "busybox"));
  await chmod(join(root, "bin", "busybox"), 0o755);
  const applets = (await run(busybox, ["--list"])).stdout
    .split("\n")
    .filter((name) => name !== "" && name !== "busybox");
  await Promise.all(applets.map((applet) => symlink("busybox", join(root, "bin", applet))));
}

async function busyboxProgram(log: Log): Promise<string> {
  const folder = await cachedFolder("debian/busybox-static", log, async (temporary) => {
    await unpackPackage("busybox-static", temporary);
  });
  return join(folder, "bin", "busybox");
}
