import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { builtInNames, hintVariables, logHintVariables, selectIntegrations } from "../../../infra/integrations";
import { reportHost } from "../../../tools/status/report";
import { containerId, hostAnswers, ownContainers, type ToldContainer } from "../status/host-answers";
import { commandsOf, pages } from "./pages";

/** The service of this page's container is one that the page adds itself. */
const ownIntegrations = "docs/own-integrations.md";

const runs = pages
  .filter((page) => page !== ownIntegrations)
  .flatMap((page) => commandsOf(page, ["docker run"]))
  .filter(({ text }) => /^docker run .*SERVICE=/.test(text))
  .map(({ where, text }) => [where, text] as const);

/** The values of an option of `docker run`. */
function valuesOf(option: string, text: string): string[] {
  const words = text.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return words.flatMap((word, index) => (words[index - 1] === option ? [word.replaceAll("'", "")] : []));
}

test.each(runs)("%s starts a container that is recognised, and declares nothing in vain: %s", (_, text) => {
  const [name = "unnamed"] = valuesOf("--name", text);
  const labels = Object.fromEntries(
    valuesOf("--label", text).map((label) => label.split("=", 2) as [label: string, value: string]),
  );
  const container: ToldContainer = {
    id: containerId(1),
    name,
    variables: valuesOf("-e", text),
    labels,
    networks: { bridge: ["172.17.0.5"] },
  };
  const answers = hostAnswers(7, { containers: [...ownContainers, container] });
  const { containers, remarks } = reportHost("web-1", answers);
  expect(containers).toMatchObject([{ container: name, recognisedBy: "variable SERVICE" }]);
  expect(remarks).toEqual([]);
  // The generator puts a page into the folder of the server and of the container's name.
  const server = labels["datadog-hosts.status-page"];
  if (server === undefined) return;
  const [volume = ""] = valuesOf("-v", text);
  expect(volume.split(":")[0]).toBe(`~/datadog/generated/${server}/${name}`);
});

test("pages start containers", () => {
  expect(runs.length).toBeGreaterThan(4);
});

test("the page of what a container can declare has every variable with its label", () => {
  const page = readFileSync("docs/containers.md", "utf8");
  for (const [hint, variable] of Object.entries({ ...hintVariables, ...logHintVariables })) {
    expect(page).toMatch(new RegExp(`^\\| .${variable}=[^|]*\\| .datadog-hosts\\.${hint}. `, "m"));
  }
});

/** The text of all sources that run services. */
const sources = ["sandbox/samples", "test/contract/agent"]
  .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8")))
  .join("\n");

test("the lines on the page of each service that tests run are those that its test runs", () => {
  const untried = selectIntegrations(builtInNames).flatMap(({ check, guide: { tested, steps = [] } }) =>
    steps.flatMap(({ code }, index) => {
      const isRun = code?.lines[0]?.startsWith("docker run ") === true;
      const call = `guideLines("${check[7]}", ${index + 1}`;
      return code === undefined || tested !== undefined || isRun || sources.includes(call) ? [] : [call];
    }),
  );
  // Tests connect to PostgreSQL as its superuser.
  expect(untried).toEqual(['guideLines("postgres", 1']);
});
