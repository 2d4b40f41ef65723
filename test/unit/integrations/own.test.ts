import { describe, expect, test } from "vitest";

import { readOwnIntegrations } from "../../../infra/integrations";
import { templateProblem } from "../../../infra/integrations/own-template";
import { builtIn, example } from "../../templates/own-example";
import { exampleFiles, withFolder } from "../../templates/own-files";

/** What is wrong with a folder that has the example's files, and others in their place. */
function problemsOf(files: Readonly<Record<string, string>>, name = "queue"): string[] {
  const all = Object.entries({ ...exampleFiles(), ...files }).filter(([, text]) => text !== "absent");
  const inFolder = Object.fromEntries(all.map(([file, text]) => [`${name}/${file}`, text]));
  return withFolder(inFolder, (folder) =>
    readOwnIntegrations(folder, builtIn).problems.map(({ path, problem }) => `${path}: ${problem}`),
  );
}

test("the example on its page is an integration with its words, port, signs and check", () => {
  expect(Object.keys(exampleFiles())).toEqual(["integration.yaml", "instance.tmpl", "queue_length.py"]);
  expect(problemsOf({})).toEqual([]);
  expect(example).toMatchObject({
    check: { 7: "queue_length", 5: "queue_length" },
    containers: { service: "queue", otherNames: ["job-queue"], defaultPort: 7711, signs: { images: ["queue"] } },
    own: { python: { file: "queue_length.py", text: exampleFiles()["queue_length.py"] } },
  });
});

test("an empty file of settings leaves the folder's name for check and word", () => {
  withFolder({ "jobs/integration.yaml": "", "jobs/instance.tmpl": "  - host: a\n" }, (folder) => {
    const { integrations, problems } = readOwnIntegrations(folder, builtIn);
    expect(problems).toEqual([]);
    expect(integrations["jobs"]).toMatchObject({ check: { 7: "jobs" }, containers: { service: "jobs" } });
    expect(integrations["jobs"]?.own).toEqual({ template: "  - host: a\n" });
  });
  expect(readOwnIntegrations("/no/such/folder", builtIn)).toEqual({ integrations: {}, problems: [] });
});

const settings = "(stacks/integrations/queue/integration.yaml)";

describe("a folder is refused with its file and key", () => {
  test.each<[string, Record<string, string>, string]>([
    ["no settings", { "integration.yaml": "absent" }, `${settings}: is missing`],
    ["no template", { "instance.tmpl": "absent" }, "(stacks/integrations/queue/instance.tmpl): is missing"],
    ["no YAML", { "integration.yaml": "check: [" }, `${settings}: is not valid YAML`],
    ["no mapping", { "integration.yaml": "- check" }, `${settings}: is not a mapping; the keys are check, services`],
    ["another key", { "integration.yaml": "chek: a" }, `${settings}: has chek, which is not read; the keys are check`],
    ["a wrong port", { "integration.yaml": "port: 70000" }, `${settings}: has a wrong port: is a port from 1 to 65535`],
    [
      "a wrong word",
      { "integration.yaml": "services: [Queue]" },
      `${settings}: has a wrong services.0: a word has lower-case`,
    ],
    ["no word", { "integration.yaml": "services: []" }, `${settings}: has a wrong services: needs at least one word`],
    [
      "a wrong check",
      { "integration.yaml": "check: ../x" },
      `${settings}: has a wrong check: the check's name has letters`,
    ],
    [
      "a check with the name of a module of Python",
      { "integration.yaml": "check: queue", "queue_length.py": "absent", "queue.py": "import socket\n" },
      "(stacks/integrations/queue/queue.py): has the name of a module of Python, which the agent would import",
    ],
    [
      "another's check",
      { "integration.yaml": "check: redisdb" },
      `${settings}: has the check redisdb, which the integration redisdb has`,
    ],
    [
      "another's word",
      { "integration.yaml": "services: [mariadb]" },
      `${settings}: has mariadb among its services, which the integration mysql has`,
    ],
    ["tags", { "integration.yaml": "defaults: {tags: [a]}" }, `${settings}: has defaults.tags; tags are added`],
    [
      "an option twice",
      { "integration.yaml": "defaults: {port: 1}" },
      `${settings}: has defaults.port, which instance.tmpl writes too`,
    ],
    [
      "a template in an option",
      { "integration.yaml": "defaults: {a: '{{ fail }}'}" },
      `${settings}: has a wrong defaults.a: it can't contain {{`,
    ],
    ["a file of another name", { "queue.py": "" }, "(stacks/integrations/queue/queue.py): is not read; the files are"],
  ])("%s", (_, files, problem) => {
    const { "queue_length.py": python = "", ...others } = exampleFiles();
    const check =
      files["integration.yaml"]?.startsWith("absent") || !files["integration.yaml"]
        ? { "queue_length.py": python }
        : { "queue_length.py": "absent" };
    const [first, ...more] = problemsOf({ ...others, ...check, ...files });
    expect(first?.startsWith(problem), first).toBe(true);
    expect(more).toEqual([]);
  });

  test("a wrong name, or another's", () => {
    expect(problemsOf({}, "Queue")).toEqual([expect.stringContaining("(stacks/integrations/Queue): is no name")]);
    expect(problemsOf({}, "redisdb")).toEqual([expect.stringContaining("redisdb): has the name of an integration")]);
  });
});

describe("a template is refused with its line", () => {
  const first = "  - host: a\n";
  test.each([
    ["an open action", `${first}    a: {{ .port`, "line 2: {{ has no }}"],
    ["an open block", `${first}    {{- if .port }}\n    a: 1\n`, "line 2: {{ if }} has no {{ end }}"],
    ["an end too many", `${first}{{ end }}`, "line 2: {{ end }} ends nothing"],
    [
      "a function that can fail",
      `${first}    a: {{ printf "%+q" (index .list 3) }}\n`,
      "line 2: index is not allowed in a template",
    ],
    ["a definition", `{{ define "x" }}{{ end }}${first}`, "line 1: define is not allowed"],
    [
      "a rule of no concern",
      `${first}    a: {{ eval "password-of" "x" }}\n`,
      'line 2: {{ eval "password-of" }} is not allowed',
    ],
    [
      "a text without quotes",
      `${first}    a: {{ .address }}\n`,
      "line 2: {{ .address }} prints a text that may contain anything",
    ],
    [
      "a text that is changed after quoting",
      `${first}    a: {{ printf "%+q" .address | trimAll "\\"" }}\n`,
      "line 2: {{ printf",
    ],
    [
      "a number beside a text",
      `${first}    {{- if eq .port 80 }}\n    {{- end }}\n`,
      "line 2: a text can't be compared with a number",
    ],
    ["a missing variable", `${first}    a: {{ printf "%+q" $name }}\n`, "line 2: $name is not set there"],
    [
      "a variable of a block that has ended",
      `${first}    {{- if .port }}{{ $name := .port }}{{ end }}\n    a: {{ printf "%+q" $name }}\n`,
      "line 3: $name is not set there",
    ],
    [
      "a variable that the container may lack",
      `${first}    a: {{ printf "%+q" .container.Env.NAME }}\n`,
      "line 2: .container.Env.NAME may be missing",
    ],
    ["a field of a text", `${first}    a: {{ printf "%+q" .port.x }}\n`, "line 2: .port.x may be missing"],
    [
      "the dot of another block",
      `${first}    {{- with .port }}\n    a: {{ printf "%+q" .address }}\n    {{- end }}\n`,
      "line 3: .address may be missing",
    ],
    [
      "too few values",
      `${first}    a: {{ printf "%+q" (trimPrefix "a") }}\n`,
      "line 2: trimPrefix has 1 values and takes 2",
    ],
    [
      "a text in place of a list",
      `${first}    {{- range .address }}\n    {{- end }}\n`,
      "line 2: {{ range }} needs a list",
    ],
    [
      "no list to search",
      `${first}    {{- if has "a" .address }}\n    {{- end }}\n`,
      "line 2: has needs a list, not a text",
    ],
    [
      "the first of a list that may be empty",
      `${first}    a: {{ printf "%+q" (lower (first (list))) }}\n`,
      "line 2: lower needs a text, not a value that may be missing",
    ],
    [
      "a text beside the one in quotes",
      `${first}    a: {{ printf "%+q" .address .password }}\n`,
      "line 2: printf has 2 values for 1 places",
    ],
    ["a number in quotes", `${first}    a: {{ printf "%+q" (atoi .port) }}\n`, "line 2: printf puts texts in quotes"],
    [
      "a hint that is none",
      `${first}    {{- if eval "hint" (dict "container" .container "name" "databse") }}{{ end }}\n`,
      "line 2: there is no hint databse",
    ],
    [
      "a rule without its values",
      `${first}    {{- if eval "hint" "database" }}{{ end }}\n`,
      "line 2: the rule hint is called otherwise: eval",
    ],
    [
      "an else of another block",
      `${first}    {{- range list "a" }}{{ else if .port }}{{ end }}\n`,
      "line 2: {{ else if .port }}",
    ],
    ["an open parenthesis", `${first}    {{- if (eq .port "80" }}{{ end }}\n`, "line 2: a ( has no )"],
    ["a sign that is none", `${first}    {{- if .port == "80" }}{{ end }}\n`, "line 2: == can't be read there"],
    ["a value that is called", `${first}    {{- if .port "80" }}{{ end }}\n`, "line 2: .port is no function"],
    ["a shape of its own", "host: a\n", 'the first line of the instance has to begin with "  - "'],
    ["a mark of files", `${first}#!file redisdb.d/x.yaml\n`, '"#!file redisdb.d/x.yaml" has to begin with four blanks'],
    ["nothing", "", "the first line of the instance"],
  ])("%s", (_, template, problem) => {
    const found = templateProblem(template);
    expect(found?.startsWith(problem), found).toBe(true);
  });

  test("and taken with conditions, loops, comments and braces in quotes", () => {
    const lines = [
      "{{- /* }} in a comment {{ */}}",
      '  - url: {{ printf "%+q" (eval "page-url" (dict "view" . "path" "/a}}b")) }}',
      '    {{- eval "page-login" . }}{{ eval "page-options" . }}',
      '    {{- $user := or (eval "user" .) "datadog" }}',
      '    {{- if and (ne .port "80") (gt (atoi .port) 1024) }}{{ $user = lower $user }}{{ else if hasPrefix "a" $user }}{{ end }}',
      '    {{- with $first := splitList "," $user | first }}',
      '    owner: {{ printf "%+q" (default $first $.password) }}',
      "    {{- else }}",
      '    owner: {{ printf "%+q" .password }}',
      "    {{- end }}",
      '    {{- range $index, $each := list "a" "b" }}{{ if eq $index 1 }}{{ $each = upper . }}{{ end }}{{ end }}',
      "    list:",
      '    {{- range $one := splitList "," $user }}',
      '      - {{ printf "%+q" $one }}',
      "    {{- end }}",
      '  # {{ eval "name" .container }} is a comment.',
    ];
    expect(templateProblem(`${lines.join("\n")}\n`)).toBeUndefined();
  });
});
