import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

import { describe, expect, it } from "vitest";

import { compareResults } from "../../bench/compare";
import { openDelayedLink } from "../../bench/deploys/delayed-link";
import { drawPlot } from "../../bench/plot";
import { markers, quotedFigures, withFigures } from "../../bench/quoted-figures";
import { deployPlot, reactionPlot } from "../../bench/plots-of-results";
import { median, noise, quantile, type DeployFigure, type Results } from "../../bench/results";
import { describeResults } from "../../bench/tables";

const run = (wall: number, processor = wall / 2, connections = 3) => ({ wall, processor, connections });

/** Results with one figure of each kind. */
const results = (walls: readonly number[], standIns: readonly string[] = []): Results => ({
  at: "2026-01-02T03:04:05.000Z",
  machine: { processors: 2, node: "v20.0.0", load: [0.1, 1.5] },
  versions: { pulumi: "3" },
  standIns,
  failed: [],
  deploys: [
    { contender: "one", scenario: "first", hosts: 1, delay: 0, standIns, runs: walls.map((wall) => run(wall)) },
    { contender: "one", scenario: "first", hosts: 8, delay: 0, standIns, runs: [run(9)] },
    { contender: "lonely", scenario: "first", hosts: 1, delay: 0, standIns: [], runs: [run(1)] },
  ],
  reactions: [{ contender: "one", what: "start, to the file", containers: 0, standIns, seconds: [0.2, 0.4, 3] }],
  costs: [{ contender: "one", containers: 0, standIns, mebibytes: 12.34, idleSeconds: 0.5 }],
});

it("the middle, the parts and the noise of numbers", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
  expect(quantile([5, 1, 3], 0.99)).toBe(5);
  expect(noise([1, 2, 3])).toBe(1);
  expect(noise([7])).toBe(0);
  expect(median([])).toBeNaN();
});

describe("a comparison with earlier results", () => {
  it("fails where a figure is worse beyond the noise, and names it", () => {
    const { lines, worse } = compareResults(results([2]), results([3]));
    expect(worse).toBe(true);
    expect(lines.filter((line) => line.startsWith("WORSE"))).toEqual([
      "WORSE  one, first, hosts 1, 0 ms: 2.00 s before, 3.00 now (noise 25 %)",
      "WORSE  one, first, hosts 1, 0 ms, work: 1.00 processor s before, 1.50 now (noise 15 %)",
    ]);
  });

  it("includes a list of hosts beside a Swarm, apart from the other deploys", () => {
    const beside = (wall: number): Results => {
      const { deploys, ...rest } = results([2]);
      return {
        ...rest,
        deploys: [],
        swarm: { at: "", deploys: deploys.slice(0, 1).map((one) => ({ ...one, runs: [run(wall)] })) },
      };
    };
    expect(compareResults(beside(2), beside(3)).lines).toContain(
      "WORSE  beside a Swarm: one, first, hosts 1, 0 ms: 2.00 s before, 3.00 now (noise 25 %)",
    );
    expect(compareResults(results([2]), beside(9)).worse).toBe(false);
  });

  it.each([
    ["more work", run(2, 1.3), "work: 1.00 processor s before, 1.30 now (noise 15 %)"],
    ["several ssh connections more", run(2, 1, 5), "connections: 3.00 ssh connections before, 5.00 now (noise 0 %)"],
  ])("fails where it took %s, even in the same time", (_, changed, expected) => {
    const before = results([2]);
    const after = { ...before, deploys: before.deploys.map((figure) => ({ ...figure, runs: [changed] })).slice(0, 1) };
    const { lines, worse } = compareResults(before, after);
    expect(worse).toBe(true);
    expect(lines.filter((line) => line.startsWith("WORSE"))).toEqual([`WORSE  one, first, hosts 1, 0 ms, ${expected}`]);
  });

  it("passes if one host has taken one ssh connection more, as the docker provider sometimes does", () => {
    const before = results([2]);
    const after = {
      ...before,
      deploys: before.deploys.map((figure) => ({ ...figure, runs: [run(2, 1, 4)] })).slice(0, 1),
    };
    expect(compareResults(before, after).worse).toBe(false);
  });

  it("passes within the noise of either run, and where it got faster", () => {
    expect(compareResults(results([1.5, 2, 3.5]), results([3])).worse).toBe(false);
    expect(compareResults(results([3]), results([1])).worse).toBe(false);
  });

  it("leaves out what has never happened, and fails where something does not happen any more", () => {
    const never = (at: Results): Results => ({
      ...at,
      deploys: [],
      reactions: at.reactions.map((figure) => ({ ...figure, seconds: [] })),
    });
    const now = never(results([2]));
    expect(compareResults(results([2]), now)).toEqual({
      lines: ["WORSE  one, start, to the file, containers 0: 0.40 s before, never now"],
      worse: true,
    });
    expect(compareResults(now, results([2])).lines).toEqual(["The two runs have no figure in common."]);
  });

  it("compares nothing that rests on stand-ins with what does not", () => {
    expect(compareResults(results([2]), results([9], ["docker-plugin"])).worse).toBe(false);
    const other = { ...results([2]), deploys: [], reactions: [] };
    expect(compareResults(other, results([2]))).toEqual({
      lines: ["The two runs have no figure in common."],
      worse: true,
    });
  });
});

describe("the tables", () => {
  it("show medians, processor time and connections, and say what was not measured", () => {
    const text = describeResults(results([2, 4, 3]));
    expect(text).toMatch(/^one +3\.0 \(1\.5, 3\) +– /m);
    expect(text).toMatch(/^one +start, to the file +0 +0\.40 +3\.00 +3\.00$/m);
    expect(text).toMatch(/^one +0 +12\.3 +0\.50$/m);
    expect(text).toContain("at most 67 % apart");
    expect(text).toContain("All programs are the vendors'.");
  });

  it("show a list of hosts and a Swarm", () => {
    const [one] = results([2]).deploys;
    const swarm = {
      at: "",
      deploys: one === undefined ? [] : [{ ...one, contender: "this program, Swarm", hosts: 3 }],
    };
    expect(describeResults({ ...results([2]), swarm })).toMatch(
      /^this program, Swarm, 3 hosts +2\.0 \(1\.0, 3\) +– +– +–$/m,
    );
  });

  it("say what could not be measured", () => {
    expect(describeResults({ ...results([2]), failed: ["pyinfra, 1 hosts: no pip"] })).toContain(
      "Not measured: pyinfra, 1 hosts: no pip",
    );
  });

  it("say what never happened", () => {
    const [figure] = results([2]).reactions;
    const text = describeResults({
      ...results([2]),
      reactions: figure === undefined ? [] : [{ ...figure, seconds: [] }],
    });
    expect(text).toMatch(/^one +start, to the file +0 +never +never +never$/m);
  });

  it("mark what rests on stand-ins", () => {
    const text = describeResults(results([2], ["docker-plugin"]));
    expect(text).toMatch(/^one \* +2\.0/m);
    expect(text).toMatch(/^lonely +1\.0/m);
    expect(text).toMatch(/^\* rests on stand-ins.* docker-plugin\.$/m);
  });
});

describe("the figures that README and docs/performance.md quote", () => {
  const quoted = (ours: readonly string[], other: readonly string[]): string => {
    const deploy = (contender: string, standIns: readonly string[], wall: number) =>
      ({ contender, scenario: "first", hosts: 1, delay: 0, standIns, runs: [run(wall)] }) satisfies DeployFigure;
    const cost = { contender: "this program", containers: 0, standIns: ours, mebibytes: 12.34, idleSeconds: 0.5 };
    return quotedFigures({
      ...results([2]),
      standIns: ours,
      deploys: [deploy("this program", ours, 2), deploy("pyinfra", other, 3), deploy("Pulumi, empty program", ours, 1)],
      reactions: [
        {
          contender: "this program",
          what: "start, to the file",
          containers: 0,
          standIns: ours,
          seconds: [0.2, 0.4, 3],
        },
        {
          contender: "this program",
          what: "60 starts, processor time of the generator",
          containers: 0,
          standIns: ours,
          seconds: [0.5],
        },
      ],
      costs: [cost],
    });
  };

  it("are medians, with the others' ratios to this program's", () => {
    const text = quoted([], []);
    expect(text).toContain("| seconds | this program | pyinfra |");
    expect(text).toContain("| first deploy, 1 host | 2.0 | 3.0 (1.5 ×) |");
    expect(text).toContain(
      "| generator, 0 containers there | start to config, p50 | p99 | processor time of 60 starts | memory |",
    );
    expect(text).toContain("| this program | 0.4 s | 3.0 s | 0.5 s | 12 MiB |");
    expect(text).not.toContain("stand-ins");
  });

  it("stand beside no other program's where they rest on stand-ins", () => {
    const text = quoted(["docker-plugin"], []);
    expect(text).toContain("| seconds | this program* |");
    expect(text).not.toContain("pyinfra");
    expect(text).toContain("says nothing about the vendors' programs");
  });

  it("show a list of hosts beside a Swarm of as many machines, and their ssh connections", () => {
    const deploy = (contender: string, hosts: number, wall: number, connections: number) =>
      ({
        contender,
        scenario: "first",
        hosts,
        delay: 0,
        standIns: [],
        runs: [run(wall, 1, connections)],
      }) satisfies DeployFigure;
    const deploys = [
      deploy("this program", 1, 7, 5),
      deploy("this program, Swarm", 1, 30, 6),
      deploy("this program", 3, 9, 15),
      deploy("this program, Swarm", 3, 31, 6),
    ];
    const { swarm: none, ...rest } = results([2]);
    const text = quotedFigures({ ...rest, swarm: { at: rest.at, deploys } });
    expect(text).toContain(
      [
        "| seconds (ssh connections) | 1 machine | 3 machines |",
        "| --- | ---: | ---: |",
        "| first deploy, list of hosts | 7.0 (5) | 9.0 (15) |",
        "| first deploy, Swarm | 30.0 (6) | 31.0 (6) |",
      ].join("\n"),
    );
    expect(none).toBeUndefined();
    expect(quotedFigures(rest)).not.toContain("machine |");
  });

  it("take the place of earlier ones in a page, and a page needs a place", () => {
    const page = `before\n\n${markers.begin}\n\nold\n\n${markers.end}\n\nafter\n`;
    expect(withFigures(page, "new")).toBe(page.replace("old", "new"));
    expect(() => withFigures("before\n", "new")).toThrow("no place");
    for (const page of ["docs/performance.md", "README.md"]) {
      expect(() => withFigures(readFileSync(page, "utf8"), "new"), page).not.toThrow();
    }
  });
});

describe("the plots", () => {
  it("have a line for each contender that was measured at several sizes, marked where it rests on stand-ins", () => {
    expect(deployPlot(results([2], ["docker-plugin"])).series).toEqual([
      {
        name: "one (stand-ins)",
        points: [
          [1, 2],
          [8, 9],
        ],
      },
    ]);
    expect(reactionPlot(results([2])).series.map(({ name, points }) => [name, points])).toEqual([
      ["one, p50", [[0, 0.4]]],
      ["one, p99", [[0, 3]]],
    ]);
  });

  it("show figures that rest on stand-ins by themselves", () => {
    const { deploys, ...others } = results([2]);
    const marked = deploys.map((figure) => ({ ...figure, contender: "marked", standIns: ["docker-plugin"] }));
    const plot = deployPlot({ ...others, deploys: [...deploys, ...marked] });
    expect(plot.series.map(({ name }) => name)).toEqual(["marked (stand-ins)"]);
  });

  it("are the same text each time, and no name can break it", () => {
    const plot = { title: "T", across: "a", up: "u", series: [{ name: '<&"', points: [[0, 1] as const] }] };
    expect(drawPlot(plot, "light")).toBe(drawPlot(plot, "light"));
    expect(drawPlot(plot, "dark")).toContain("&lt;&amp;&quot;");
    expect(drawPlot(plot, "dark")).not.toContain('<&"');
  });
});

it("a delayed link keeps the pieces in order, and each takes its time each way", async () => {
  const open: Socket[] = [];
  const server = createServer((socket) => {
    open.push(socket);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  const link = await openDelayedLink({ address, port }, 40);
  try {
    const client = connect(link.port, link.address);
    await once(client, "connect");
    const started = performance.now();
    client.write("one ");
    setTimeout(() => client.end("two"), 10);
    let text = "";
    for await (const piece of client) {
      if (text === "") expect(performance.now() - started).toBeGreaterThanOrEqual(79);
      text += String(piece);
    }
    expect(text).toBe("one two");
  } finally {
    await link.close();
    for (const socket of open) socket.destroy();
    server.close();
  }
});
