/** `make versions`: what this clone uses, and what is newer. It changes nothing. */
import { existsSync, readFileSync } from "node:fs";

import { generationOf } from "../../infra/generations";
import { runMain, UserError } from "../shared/errors";
import { run } from "../shared/run";
import { versions } from "../toolchain/parts";
import { isNewer, newestOf } from "./newest";
import { outdatedPackages, type Outdated } from "./npm";
import { digestOf, repositoryOf, tagsOf } from "./registry";
import { describeVersions, type Row } from "./report";

/** npm packages whose versions are those of programs that are used with them. */
const programs = {
  "@pulumi/pulumi": { name: "Pulumi: program, language host, SDK", used: versions.pulumi },
  "@pulumi/docker": { name: "Pulumi's docker plugin and SDK", used: versions.docker },
  "@pulumi/command": { name: "Pulumi's command plugin and SDK", used: versions.command },
} as const;

/** docker-gen as a Go module. */
const dockerGenModule = "github.com/nginx-proxy/docker-gen";

async function main(): Promise<number> {
  if (!existsSync("package.json")) throw new UserError("Run it in the clone's folder: there is no package.json here.");
  const rows = await Promise.all([npmRows(), dockerGenRow(), agentRow()]);
  for (const line of describeVersions(rows.flat())) process.stdout.write(`${line}\n`);
  return 0;
}

async function npmRows(): Promise<Row[]> {
  const outdated = await known(outdatedPackages);
  const of = (packageName: string, name: string, used: string): Row =>
    typeof outdated === "string" ? unknown(name, used, outdated) : npmRow(outdated, packageName, name, used);
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  const others = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => !(name in programs));
  return [
    ...Object.entries(programs).map(([packageName, { name, used }]) => of(packageName, name, used)),
    // One line says it of all, where npm does not answer.
    ...(typeof outdated === "string"
      ? []
      : others.map(([name, used]) => of(name, `npm ${name}`, used)).filter((row) => row.outdated)),
  ];
}

function npmRow(outdated: Outdated, packageName: string, name: string, used: string): Row {
  const latest = outdated.get(packageName)?.latest ?? used;
  // The tag `latest` may be on an older version than the one in use.
  const isOutdated = isNewer(latest, used);
  return { name, used, newest: isOutdated ? latest : used, outdated: isOutdated };
}

async function dockerGenRow(): Promise<Row[]> {
  const [name, used] = ["docker-gen", versions["docker-gen"]];
  const newest = await known(async () => {
    const { stdout } = await run("go", ["list", "-m", "-versions", dockerGenModule], { timeoutMs: 60_000 });
    return { newest: newestOf(stdout.trim().split(/\s+/).slice(1)) ?? used };
  });
  return [
    typeof newest === "string"
      ? unknown(name, used, newest)
      : { name, used, ...newest, outdated: isNewer(newest.newest, used) },
  ];
}

/** The agent of generation 7; the image of generation 5 gets no new versions. */
async function agentRow(): Promise<Row[]> {
  const { defaultImage } = generationOf({ agent: { generation: 7 } });
  const repository = repositoryOf(defaultImage);
  const name = "agent of generation 7 (image)";
  if (repository === undefined) return [unknown(name, defaultImage, "its reference names no registry")];
  const newest = await known(async () => {
    const version = newestOf(await tagsOf(repository), 7) ?? repository.tag;
    return { version, digest: await digestOf(repository, version) };
  });
  if (typeof newest === "string") return [unknown(name, repository.tag, newest)];
  const outdated = isNewer(newest.version, repository.tag);
  return [{ name, used: repository.tag, newest: `${newest.version}@${newest.digest}`, outdated }];
}

function unknown(name: string, used: string, why: string): Row {
  return { name, used, newest: `not known: ${why}`, outdated: false };
}

/** An answer, or why there is none. */
async function known<T extends object>(ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) return error.message.trim().split("\n").pop() ?? "";
    throw error;
  }
}

runMain(main);
