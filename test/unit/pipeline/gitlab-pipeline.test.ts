import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

interface Job {
  readonly extends?: string;
  readonly stage?: string;
  readonly environment?: string;
  readonly needs?: readonly string[];
  readonly resource_group?: string;
  readonly interruptible?: boolean;
  readonly rules?: readonly { readonly if: string; readonly when?: string }[];
  readonly script?: readonly string[];
}

const text = readFileSync(".gitlab-ci.yml", "utf8");
const { stages } = parse(text) as { readonly stages: readonly string[] };
/** Everything but the stages: jobs, templates, and two keywords. */
const file = parse(text.replace(/^stages:.*$/m, "")) as Readonly<Record<string, Job>>;
const keywords = ["workflow", "default"];
/** The jobs, each merged with its template. */
const jobs = Object.fromEntries(
  Object.entries(file)
    .filter(([name]) => !keywords.includes(name) && !name.startsWith("."))
    .map(([name, job]) => [name, { ...file[job.extends ?? ""], ...job }]),
);

test("each job runs one make target, and they are those of GitHub's workflows", () => {
  const folder = ".github/workflows";
  const atGithub = readdirSync(folder).flatMap((name) => {
    const { jobs: those } = parse(readFileSync(join(folder, name), "utf8")) as {
      jobs: Record<string, { steps: { run?: string }[] }>;
    };
    return Object.values(those).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  });
  for (const [name, { script }] of Object.entries(jobs)) expect(script, name).toHaveLength(1);
  const here = Object.values(jobs).flatMap(({ script = [] }) => script);
  expect(here.sort()).toEqual(atGithub.sort());
});

test("every job belongs to a stage, and extends an existing template", () => {
  for (const [name, job] of Object.entries(jobs)) {
    expect(stages, name).toContain(job.stage);
    if (job.extends !== undefined) expect(file, name).toHaveProperty([job.extends]);
  }
});

test("deploys and the drift check run one at a time, and to their end", () => {
  for (const name of ["staging", "production", "drift"]) {
    expect(jobs[name], name).toMatchObject({ resource_group: "deploy" });
    expect(jobs[name]?.interruptible, name).toBeUndefined();
  }
  expect(file["default"]?.interruptible).toBe(false);
});

test("production waits for staging and for an approval", () => {
  expect(jobs["production"]).toMatchObject({ needs: ["staging"], environment: "production" });
  expect(jobs["production"]?.rules?.map(({ when }) => when)).toEqual(["manual"]);
});

test("merge requests run no deploy, and those of forks no preview", () => {
  for (const name of ["staging", "production", "drift"]) {
    for (const { if: condition } of jobs[name]?.rules ?? []) expect(condition).not.toContain("merge_request_event");
  }
  expect(jobs["preview"]?.rules?.[0]?.if).toContain("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID");
});
