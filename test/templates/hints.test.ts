import { expect, test } from "vitest";

import { hintVariables, type Integration } from "../../infra/integrations";
import { containerFixture } from "./harness";
import { example } from "./own-example";
import { renderConfigs } from "./render-configs";

const service = example.containers?.service ?? "";
const otherName = "line";

/** An integration whose instances show all hints of their container, and whose service has another name. */
const showsHints: Integration = {
  ...example,
  containers: { ...example.containers, service, otherNames: [otherName] },
  own: {
    template: Object.keys(hintVariables)
      .map((name) => `${name}: {{ eval "hint" (dict "container" .container "service" .service "name" "${name}") }}\n`)
      .map((line, index) => `${index === 0 ? "  - " : "    "}${line}`)
      .join(""),
  },
};

/** How a container can declare a hint. */
const forms: Readonly<Record<string, (name: string, variable: string) => Record<"labels" | "env", object>>> = {
  "a label": (name) => ({ labels: { [`datadog-hosts.${name}`]: "1234" }, env: {} }),
  "a variable": (_, variable) => ({ labels: {}, env: { [variable]: "1234" } }),
  "a label for this service": (name) => ({ labels: { [`datadog-hosts.${service}.${name}`]: "1234" }, env: {} }),
  "a variable for this service": (_, variable) => ({
    labels: {},
    env: { [`${variable}_${service.toUpperCase()}`]: "1234" },
  }),
  "a label with the service's other name": (name) => ({
    labels: { [`datadog-hosts.${otherName}.${name}`]: "1234" },
    env: {},
  }),
  "a variable with the service's other name": (_, variable) => ({
    labels: {},
    env: { [`${variable}_${otherName.toUpperCase()}`]: "1234" },
  }),
};

test.each(Object.entries(forms))("each hint is read from %s, and from nothing else", async (_, form) => {
  // A container with a password file gets no instance unless the stack binds it.
  const hints = Object.entries(hintVariables).filter(([name]) => name !== "password-file");
  const containers = hints.map(([name, variable], index) => {
    const { labels, env } = form(name, variable);
    return containerFixture({
      name: `container-${String(index).padStart(2, "0")}`,
      env: { SERVICE: service, PATH: "1234", ...env },
      labels: { "com.example.port": "1234", ...labels },
      networks: { bridge: { ip: `172.17.0.${index + 2}` } },
    });
  });
  const { instances } = await renderConfigs(containers, { rendered: [showsHints] });
  const shown = (instances(example.check[7]) ?? []).map((instance) =>
    Object.keys(hintVariables).filter((name) => instance[name] === 1234),
  );
  expect(shown).toEqual(hints.map(([name]) => [name]));
});
