import { expect, test } from "vitest";

import { drifted, driftIssue, driftLines, previewComment, previewMark } from "../../../tools/pipeline/report";

const output = [
  "Previewing update (shop-staging):",
  "  + docker:index/container:Container: (create)",
  "Resources:",
  "    + 10 to create",
  "    2 unchanged",
  "",
].join("\n");

test("the comment lists the changes of each stack", () => {
  const comment = previewComment([
    { stack: "shop-staging", status: 0, output },
    { stack: "blog-staging", status: 1, output: "error: incorrect passphrase" },
    { stack: "shop-production", status: 0, output: "nothing" },
  ]);
  expect(comment.startsWith(`${previewMark}\n`)).toBe(true);
  expect(comment).toContain("| `shop-staging` | + 10 to create, 2 unchanged |");
  expect(comment).toContain("| `blog-staging` | **failed** |");
  expect(comment).toContain("| `shop-production` | none |");
  expect(comment).toContain("<details><summary>blog-staging</summary>\n\n```\nerror: incorrect passphrase\n```");
});

test("the comment lists the changes of each host, without unchanged hosts", () => {
  const line = "Host web-1: replaced: agent; dd-agent restarts.";
  const comment = previewComment([
    { stack: "shop-staging", status: 0, output: `${output}\n${line}\nHost web-2: nothing to do.` },
  ]);
  expect(comment).toContain(`\n\`shop-staging\`\n\n- \`${line}\`\n\n<details>`);
  expect(comment).not.toContain("- `Host web-2");
});

test("the comment shows what a preview of the hosts tells of their configs, as plain text", () => {
  const hosts = [
    "Host web-1: replaced: generator; datadog-gen restarts.",
    "",
    "Host web-1: its configs change",
    "  + redisdb 172.18.0.5:6379 project:shop (cart)",
    "  ! `cart` has no instance: ```",
    "Host web-2: its configs stay as they are",
    "Host web-3: the host does not answer",
  ];
  const comment = previewComment([{ stack: "shop-staging", status: 0, output: [output, ...hosts].join("\n") }]);
  const shown = [hosts[2], hosts[3], hosts[4]].join("\n");
  expect(comment).toContain(`In the configs of \`shop-staging\`:\n\n\`\`\`\`\n${shown}\n\`\`\`\`\n\n<details>`);
  expect(comment).toContain(
    "\n- `Host web-1: replaced: generator; datadog-gen restarts.`\n- `Host web-3: the host does not answer`\n",
  );
  expect(comment).not.toContain("- `Host web-2");
});

test("the comment shows a part of very many changes", () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `  + redisdb 172.18.0.5:${index}`);
  const text = ["Host web-1: its configs change", ...lines].join("\n");
  const comment = previewComment(["a", "b", "c"].map((stack) => ({ stack, status: 0, output: text })));
  expect(comment.match(/^… \d+ more lines below$/gm)).toHaveLength(3);
  expect(comment.length).toBeLessThan(65_536);
});

test("the comment on a large fleet lists only some of the hosts", () => {
  const many = Array.from({ length: 500 }, (_, index) => `Host web-${index}: replaced: agent; dd-agent restarts.`);
  const runs = ["a", "b", "c"].map((stack) => ({ stack, status: 0, output: many.join("\n") }));
  const comment = previewComment(runs);
  expect(comment.match(/^- `Host /gm)).toHaveLength(60);
  expect(comment).toContain("- and 480 more hosts");
  expect(comment.length).toBeLessThan(65_536);
});

test.each([
  ["comment", (lines: string[]) => previewComment([{ stack: "a", status: 0, output: lines.join("\n") }])],
  ["issue", (lines: string[]) => driftIssue([{ stack: "a", status: 1, output: lines.join("\n"), found: lines }])],
])("no line of a host mentions or links in the %s", (_, textOf) => {
  const name = "Host web-1: /generated/@team [x](https://example.com) was added by hand";
  expect(textOf([name])).toContain(`\n- \`${name}\`\n`);
  expect(textOf(["Host web-1: `a` ``b``"])).toContain("\n- ``` Host web-1: `a` ``b`` ```\n");
});

test("neither comment nor issue is too long for GitHub, however many stacks and hosts there are", () => {
  const found = Array.from({ length: 400 }, (_, index) => `Host web-${index}: ${"x".repeat(200)}. Run make up.`);
  const runs = Array.from({ length: 40 }, (_, index) => ({ stack: `s${index}`, status: 1, output: found.join("\n") }));
  expect(previewComment(runs).length).toBeLessThan(65_536);
  const issue = driftIssue(runs.map((run) => ({ ...run, found })));
  expect(issue.length).toBeLessThan(65_536);
  expect(issue.match(/^- … \d+ more lines below$/gm)).toHaveLength(40);
});

test("backticks in the output don't end its block", () => {
  expect(previewComment([{ stack: "a", status: 0, output: "x\n````\n# y" }])).toContain("`````\nx\n````\n# y\n`````");
});

test("an output that is too long for GitHub is cut at its start, with a note", () => {
  const runs = ["a", "b", "c"].map((stack) => ({ stack, status: 0, output: `${"line\n".repeat(20_000)}the end` }));
  const comment = previewComment(runs);
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toMatch(/… \d+ characters left out/);
  expect(comment.match(/the end/g)).toHaveLength(3);
});

test("the drift check's output becomes a line for each difference, and for each host that could not be reached", () => {
  const nothing = { instances: [], containers: [], unknown: 0, remarks: [] };
  const hosts = [
    { host: "web-1", reached: true, ...nothing, problems: [], drift: [{ text: "x is gone", remedy: "make up." }] },
    { host: "web-2", reached: false, ...nothing, problems: ["Host web-2: could not be inspected: no"], drift: [] },
  ];
  const lines = driftLines(JSON.stringify({ stack: "shop-staging", exitCode: 2, hosts }));
  expect(lines).toEqual(["Host web-1: x is gone. make up.", "Host web-2: could not be inspected: no"]);
  const run = (found: string[]) => ({ stack: "shop-staging", status: 1, output: found.join("\n"), found });
  expect([drifted(run(lines)), drifted(run(lines.slice(1)))]).toEqual([true, false]);
  expect(driftLines("")).toEqual([]);
});

test("the issue distinguishes drift from a failed check", () => {
  const different = {
    stack: "shop-staging",
    status: 1,
    output: "error: no changes were expected for refresh but changes were proposed",
  };
  const failed = { stack: "blog-staging", status: 1, output: "error: dial tcp 198.51.100.1:22: i/o timeout" };
  expect(drifted(different)).toBe(true);
  expect(drifted(failed)).toBe(false);
  const issue = driftIssue([different, failed]);
  expect(issue).toContain("- `shop-staging`: differs");
  expect(issue).toContain("- `blog-staging`: could not be checked");
  expect(issue).toContain("i/o timeout");
});
