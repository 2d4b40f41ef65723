import fc from "fast-check";
import { stringify } from "yaml";
import { expect, test } from "vitest";

import { masked } from "../../../tools/shared/secrets";
import { exitCode } from "../../../tools/status/exit-code";
import { reportHost } from "../../../tools/status/report";
import { statusSchema, type HostReport, type StatusDocument } from "../../../tools/status/schema";
import { formatReports } from "../../../tools/status/text";
import { containerId, hostAnswers, mark, ownContainers, type ToldContainer } from "./host-answers";

/** What a terminal obeys or hides; the line end is the table's own. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** The report is what docs/status.schema.json says. */
function expectDocument(report: HostReport): void {
  const document: StatusDocument = { stack: "shop-staging", exitCode: exitCode([report]), hosts: [report] };
  expect(statusSchema.strict().safeParse(JSON.parse(JSON.stringify(document))).error).toBeUndefined();
}

const apiKey = "0123456789abcdef0123456789abcdef";
const password = "Pa55/word of-nobody";
const planted = [apiKey, password, "tok€n-in-label-9"] as const;

const secret = fc.constantFrom(...planted);
const awkward = fc.constantFrom(
  "\u001b]0;owned\u0007",
  "\u001b[2J",
  "\u009b31m",
  "\u202e",
  "\u200b",
  "\ud800",
  "\u2028",
  "\r",
  "\n~\n===\n",
  "\n=== redisdb check ===\n",
  "Config for instance ID: ",
  `${mark} `,
  "{{",
  "__proto__",
  "x".repeat(5000),
  "\u0301".repeat(300),
  "東京",
  "https://user:pass-of-url-1@host/",
);
/** Words of an attacker, which may hold what is nobody's business. */
const words = fc
  .array(fc.oneof(awkward, fc.string({ unit: "binary" }), secret), { maxLength: 6 })
  .map((parts) => parts.join(""));
const plainWords = fc
  .array(fc.oneof(awkward, fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((parts) => parts.join(""));

const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    words,
    fc.integer(),
    fc.double(),
    fc.constantFrom(Infinity, -1, 2 ** 60, Number.MAX_SAFE_INTEGER),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        plainWords,
        fc.constantFrom("__proto__", "constructor", "toString", "TotalRuns", "LastError", "host", "tags"),
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

const redisStats = { TotalRuns: 3, MetricSamples: 39, LastError: "" };
const source = (container: string): string => `file:/etc/datadog-agent/conf.d/redisdb.d/${container}.yaml`;

/** Sections of configcheck as the agent makes them: the YAML is its own, what stands in it is the attacker's. */
const section = fc
  .record({ number: fc.integer({ min: 100, max: 200 }), settings: fc.dictionary(plainWords, value, { maxKeys: 4 }) })
  .map(({ number, settings }) => {
    const yaml = stringify({ ...settings, host: "10.0.0.1" }, { lineWidth: 0 });
    const text = yaml.split("\n").map((line) => (line === "~" || line.startsWith("===") ? ` ${line}` : line));
    return `=== redisdb check ===\nConfiguration source: ${source(containerId(number))}\nConfig for instance ID: redisdb:${number}\n${text.join("\n")}~\n===\n`;
  });

const honest = [1, 2, 3].map((number) => ({
  container: containerId(number),
  name: `honest-${number}`,
  row: new RegExp(
    `^ok +redisdb +[^\\n]* +39 samples, 3 runs\\n +10\\.1\\.0\\.${number}:6379 project:shop-${number}$`,
    "m",
  ),
  section: `=== redisdb check ===\nConfiguration source: ${source(containerId(number))}\nConfig for instance ID: redisdb:h${number}\nhost: 10.1.0.${number}\nport: 6379\ntags:\n- project:shop-${number}\n~\n===\n`,
  file: `instances:\n  - host: "10.1.0.${number}"\n    port: 6379\n    password: ${JSON.stringify(planted[1])}\n`,
}));

/** The same statistics of every instance that {@link section} makes. */
const oddStats = (stats: object): object =>
  Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`redisdb:${100 + index}`, stats]));

const container = fc.record({
  id: fc.integer({ min: 100, max: 200 }).map(containerId),
  name: plainWords,
  state: plainWords,
  labels: fc.dictionary(plainWords, plainWords, { maxKeys: 3 }),
});

test("with hostile answers, all honest rows are there, and no secret or control character is shown", () => {
  fc.assert(
    fc.property(
      fc.record({
        sections: fc.array(section, { maxLength: 4 }),
        stats: fc.dictionary(plainWords, value, { maxKeys: 5 }),
        odd: fc.record({ TotalRuns: value, MetricSamples: value, LastError: words, LastSuccessDate: value }),
        further: fc.dictionary(plainWords, value, { maxKeys: 3 }),
        errors: fc.dictionary(plainWords, words, { maxKeys: 3 }),
        containers: fc.array(container, { maxLength: 4 }),
        file: words,
        stderr: words,
      }),
      ({ sections, stats, odd, further, errors, containers, file, stderr }) => {
        const status = {
          ...further,
          runnerStats: {
            Checks: {
              ...stats,
              redisdb: {
                ...stats,
                ...oddStats(odd),
                ...Object.fromEntries(honest.map((_, i) => [`redisdb:h${i + 1}`, redisStats])),
              },
            },
          },
          autoConfigStats: { ConfigErrors: errors },
        };
        const files = {
          ...Object.fromEntries(honest.map((each) => [`redisdb.d/${each.container}.yaml`, each.file])),
          "own.d/own.yaml": `instances:\n  - token: ${JSON.stringify(planted[2])}\n  # ${file}`,
        };
        const report = reportHost(
          "web-1",
          hostAnswers(7, {
            containers: [...ownContainers, ...containers],
            agentFiles: files,
            generatedFiles: files,
            agent: {
              "agent-status": JSON.stringify(status),
              "agent-configcheck": [...sections, ...honest.map((each) => each.section)].join("\n"),
              ...(stderr.length % 2 === 0 && { "generated-files": { status: 1, stderr } }),
            },
          }),
        );
        const table = formatReports([report]);
        const output = table + JSON.stringify(report).replaceAll("\\\\", "");
        for (const { row } of honest) expect(table).toMatch(row);
        expectDocument(report);
        expect(table).not.toMatch(unseen);
        for (const text of [...planted, "pass-of-url-1"]) expect(output).not.toContain(text);
        expect(({} as Record<string, unknown>)["TotalRuns"]).toBeUndefined();
        for (const line of table.split("\n")) expect(line.length).toBeLessThan(2500);
      },
    ),
    { numRuns: 300 },
  );
});

test("answers of any bytes give a report", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(5 as const, 7 as const),
      fc.array(words, { minLength: 6, maxLength: 6 }),
      (generation, texts) => {
        const names = ["agent-status", "agent-configcheck", "agent-info", "agent-files", "generated-files", "drafts"];
        const agent = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
        const report = reportHost("web-1", hostAnswers(generation, { agent }));
        const table = formatReports([report]);
        expectDocument(report);
        expect(table).not.toMatch(unseen);
        expect(table).not.toContain(apiKey);
      },
    ),
    { numRuns: 300 },
  );
});

test("a list of containers of any bytes gives a report", () => {
  fc.assert(
    fc.property(words, (containers) => {
      const report = reportHost("web-1", hostAnswers(7, { agent: { containers } }));
      const table = formatReports([report]);
      expectDocument(report);
      expect(table).not.toMatch(unseen);
      expect(table).toContain("dd-agent is not there");
    }),
  );
});

test("thousands of instances and lines of megabytes take only seconds", () => {
  const many = Array.from({ length: 5000 }, (_, number) => number);
  const long = "y".repeat(4_000_000);
  const stats = Object.fromEntries(many.map((number) => [`redisdb:${number}`, redisStats]));
  const configcheck = many
    .map(
      (number) =>
        `=== redisdb check ===\nConfiguration source: ${source(containerId(number))}\nConfig for instance ID: redisdb:${number}\nhost: 10.0.${number >> 8}.${number & 255}\nport: 6379\n~\n===\n`,
    )
    .join("\n");
  const start = Date.now();
  const report = reportHost(
    "web-1",
    hostAnswers(7, {
      agentFiles: { "long.yaml": long, [`redisdb.d/${containerId(1)}.yaml`]: `instances:\n  - password: ${long}\n` },
      agent: {
        "agent-status": JSON.stringify({ runnerStats: { Checks: { redisdb: stats } }, [long]: long }),
        "agent-configcheck": `${configcheck}\n=== long check ===\nConfig for instance ID: long:1\nhost: ${long}\n`,
      },
    }),
  );
  expect(report.instances).toHaveLength(5001);
  expect(formatReports([report]).length).toBeLessThan(1_500_000);
  // The time is a ceiling for a busy machine; alone it is two seconds.
  expect(Date.now() - start).toBeLessThan(15_000);
});

test.each<[string, Partial<ToldContainer>]>([
  ["blanks in a label", { labels: { "datadog-hosts.service": `redis${" ".repeat(50_000)}x` } }],
  ["services in a label", { labels: { "datadog-hosts.service": "redis,".repeat(500_000) } }],
  ["letters in an argument", { command: ["sh", `-${"c".repeat(100_000)}!`] }],
])("a container with thousands of %s takes only moments", (_, declared) => {
  const start = Date.now();
  const containers = [...ownContainers, { id: containerId(1), name: "web", ...declared }];
  reportHost("web-1", hostAnswers(7, { containers }));
  // The time is a ceiling for a busy machine; alone it is some milliseconds.
  expect(Date.now() - start).toBeLessThan(5_000);
});

test("masked text is marked", () => {
  const { problems } = reportHost(
    "web-1",
    hostAnswers(7, { agent: { "agent-files": { status: 1, stderr: `refused key ${apiKey}` } } }),
  );
  expect(problems.join()).toContain(`refused key ${masked}`);
});
