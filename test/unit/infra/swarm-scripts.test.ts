import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readSettings } from "../../../infra/settings/read";
import type { SwarmSettings } from "../../../infra/settings";
import type { Call } from "../../../infra/shell";
import { gateScript } from "../../../infra/swarm/gate";
import { managersScript } from "../../../infra/swarm/managers";
import { serviceDuration } from "../../../infra/swarm/service";
import { useStack } from "../../golden/graph";
import { swarmConfig } from "./fixtures";
import { type Outcome, runScript } from "./run-script";

function settings(): SwarmSettings {
  useStack({ stack: "store-staging", config: swarmConfig });
  const { swarm } = readSettings();
  if (swarm === undefined) throw new Error("no Swarm");
  return swarm;
}

describe("a script for a Swarm", () => {
  /** Runs it where `ssh` does this for each address. */
  const onManagers = (ssh: string): { status: number | null; stdout: string; stderr: string } => {
    const here = mkdtempSync(join(tmpdir(), "managers-"));
    try {
      const script = managersScript(settings().managers, { calls: [["echo", "done"]] });
      const shell = `#!/bin/sh\nfor word; do case $word in *@*) address=\${word#*@} ;; esac; done\ncase $address in\n${ssh}\nesac\n`;
      writeFileSync(join(here, "ssh"), shell, { mode: 0o755 });
      writeFileSync(join(here, "docker"), "#!/bin/sh\n", { mode: 0o755 });
      const env = { PATH: `${here}:${process.env["PATH"] ?? ""}` };
      return spawnSync("sh", ["-s"], { input: script, encoding: "utf8", env });
    } finally {
      rmSync(here, { recursive: true });
    }
  };
  const [first, second] = swarmConfig.swarm.managers;

  test("runs on the first manager that answers, and on no other", () => {
    expect(onManagers(`${first.address}) exec sh -s ;;\n*) echo "not asked" ;;`)).toMatchObject({
      status: 0,
      stdout: "done\n",
    });
  });

  test.each([
    ["can't be reached", "exit 255"],
    ["is none at the moment", "cat >/dev/null; echo 'no leader' >&2; exit 75"],
  ])("runs on the next one if one %s", (_, end) => {
    const result = onManagers(`${first.address}) ${end} ;;\n${second.address}) exec sh -s ;;`);
    expect(result).toMatchObject({ status: 0, stdout: "done\n", stderr: "" });
  });

  test("ends as it ends on a manager that answers, with its words", () => {
    const result = onManagers(`${first.address}) echo 'what is wrong' >&2; exit 3 ;;\n*) exec sh -s ;;`);
    expect(result).toMatchObject({ status: 3, stdout: "", stderr: "what is wrong\n" });
  });

  test("waits on a manager while they elect a leader", () => {
    const node =
      'docker() { [ -e "$HERE/seen" ] || { touch "$HERE/seen"; echo "The swarm does not have a leader."; return 1; }; }';
    const { status, stdout } = runScript({
      files: ["swarm-manager"],
      calls: [["eval", 'timeout() { shift; "$@"; }'], ["eval", node], ["must_manage"], ["echo", "manages"]],
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "manages\n" });
  });

  test("says of each manager why it does not answer, if none does", () => {
    const { status, stderr } = onManagers(`*) echo "refused by $address" >&2; exit 255 ;;`);
    expect(status).toBe(1);
    for (const { name, address } of swarmConfig.swarm.managers) {
      expect(stderr).toContain(`${name} (${address}): refused by ${address}`);
    }
  });
});

describe("the gate", () => {
  /**
   * Runs it where the Swarm gives these answers.
   * @param service revision and state of the update.
   * @param tasks a line for each: node, desired state, state, revision, id.
   * @param third state and availability of a third node. Default: down and drained.
   * @param monitor how long the nodes must have run the revision, in seconds. Default: as in the settings.
   */
  const gate = (service: string, tasks: readonly string[], third = "Down Drain", monitor?: number): Outcome => {
    const docker = [
      `service\\ inspect*) echo '${service}' ;;`,
      "service\\ ps*) echo 1 ;;",
      `node\\ ls*) printf 'node n1 Ready Active\\nnode n2 Ready Active\\nnode n3 ${third}\\n' ;;`,
      "inspect*NodeID*Status.State*) cat <<'END'",
      ...tasks,
      "END",
      ";;",
      "inspect*.Status.Err*) echo 'task: non-zero exit (1)' ;;",
      "inspect*.NodeID*) echo n1 ;;",
      "node\\ inspect*) echo node-1 ;;",
      "service\\ logs*) printf 'last\\033 words\\n' ;;",
      "config\\ ls*) echo c1 ;;",
      "secret\\ ls*) ;;",
      "*) log ;;",
    ].join("\n");
    const { files = [], calls } = gateScript(settings(), [{ name: "dd-agent", value: "r2" }]);
    // Nothing changes, so it gives up at once.
    const patience = calls.map((call) =>
      call[0] === "service_runs"
        ? (["service_runs", "0", ...call.slice(2, 5), String(monitor ?? call[5]), "1"] as const)
        : call,
    );
    return runScript({ files: ["swarm-manager", ...files], calls: patience }, docker);
  };

  test.each(["-", "completed"])(
    "opens when every node runs the revision (update: %s), and removes what is unused",
    (state) => {
      const result = gate(`r2 ${state}`, [
        "n1 running running r2 t1",
        "n2 running running r2 t2",
        "n1 shutdown shutdown r1 t0",
      ]);
      expect(result).toMatchObject({ status: 0, stderr: "" });
      expect(result.docker).toEqual(["config rm c1"]);
    },
  );

  test("says so if no node meets the constraints, and waits no longer than a change is watched", () => {
    const { files = [] } = gateScript(settings(), []);
    const { status, stderr } = runScript(
      {
        files: ["swarm-manager", ...files],
        calls: [["service_runs", "300", "some", "dd-agent", "r2", "0", "1"]],
      },
      "service\\ inspect*) echo r2 - ;;\nservice\\ ps*) ;;\nnode\\ ls*) echo node n1 Ready Active ;;\n*) ;;",
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        "The Swarm: no node that is up and active meets the constraints in swarm.placement, so the service dd-agent runs nowhere. Correct them, or the labels of the nodes (docker node update --label-add), then run again.\n",
    });
  });

  test("waits while the managers elect a leader", () => {
    const tasks = ["n1 running running r2 t1", "n2 running running r2 t2"];
    const answers = [
      'service\\ inspect*) [ -e "$HERE/seen" ] || { touch "$HERE/seen"; echo "The swarm does not have a leader."; exit 1; }; echo r2 - ;;',
      "service\\ ps*) echo 1 ;;",
      "node\\ ls*) printf 'node n1 Ready Active\\nnode n2 Ready Active\\n' ;;",
      `inspect*) printf '%s\\n' ${tasks.map((line) => `'${line}'`).join(" ")} ;;`,
      "*) ;;",
    ].join("\n");
    const { files = [], calls } = gateScript(settings(), [{ name: "dd-agent", value: "r2" }]);
    expect(runScript({ files: ["swarm-manager", ...files], calls }, answers)).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    [
      "leaves the manager to another one if its engine is lost meanwhile",
      "*) echo 'Cannot connect' >&2; exit 1 ;;",
      75,
    ],
    ["tells that the service is gone", "service\\ inspect*) echo 'no such service' >&2; exit 1 ;;\n*) ;;", 1],
  ])("%s", (_, docker, status) => {
    const { files = [], calls } = gateScript(settings(), [{ name: "dd-agent", value: "r2" }]);
    const outcome = runScript({ files: ["swarm-manager", ...files], calls }, docker);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(
      status === 75 ? "Cannot connect" : "the service dd-agent is gone (no such service)",
    );
  });

  test("opens while a node is down, once all others have run the revision for long enough", () => {
    const tasks = ["n1 running running r2 t1", "n2 running running r2 t2", "n3 running running r1 t0"];
    expect(gate("r2 updating", tasks, "Down Active", 0)).toMatchObject({ status: 0, stderr: "" });
    expect(gate("r2 updating", tasks, "Down Active").stderr).toContain("nothing has changed");
    expect(gate("r2 updating", tasks, "Ready Active", 0).stderr).toContain("nothing has changed");
    expect(gate("r2 updating", tasks.slice(1), "Down Active", 0).stderr).toContain("nothing has changed");
  });

  test.each([
    ["down", "Down Active", "nodes that are down get the change when they are back: 1"],
    ["paused", "Ready Pause", "nodes that are paused get the change when they are active again: 1"],
  ])("opens without a node that is %s, and says so", (_, third, words) => {
    const tasks = ["n1 running running r2 t1", "n2 running running r2 t2", "n3 running running r1 t0"];
    const { status, stdout } = gate("r2 completed", tasks, third);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(words) as string });
    expect(gate("r2 completed", tasks, "Unknown Active").status).toBe(1);
  });

  /** Runs the gate, on a clock that no wait holds up, where the engine waits for a node of which nothing comes. */
  const gateWithLostNode = (tasks: readonly string[], afterwards: string): Outcome => {
    const { files = [], calls } = gateScript(settings(), [{ name: "dd-agent", value: "r2" }]);
    const clock = `date() { echo >>"$HERE/clock"; echo $(($(wc -l <"$HERE/clock") * 20)); }; sleep() { :; }`;
    const all = ["n1 running running r2 t1", "n2 running running r2 t2"];
    const lines = (of: readonly string[]): string => of.map((line) => `'${line}'`).join(" ");
    const docker = [
      'service\\ update*pause*) log; touch "$HERE/anew" ;;',
      // The engine refuses a change once: it has changed the service meanwhile.
      'service\\ update*rollback*) log; if [ -e "$HERE/refused" ]; then touch "$HERE/back"; else touch "$HERE/refused"; exit 1; fi ;;',
      'service\\ inspect*FailureAction*) if [ -e "$HERE/anew" ] && ! [ -e "$HERE/back" ]; then echo pause; else echo rollback; fi ;;',
      `service\\ inspect*) if [ -e "$HERE/anew" ]; then echo r2 ${afterwards}; else echo r2 updating; fi ;;`,
      "service\\ ps*) echo 1 ;;",
      "node\\ ls*) printf 'node n1 Ready Active\\nnode n2 Ready Active\\nnode n3 Down Active\\n' ;;",
      `inspect*Status.State*) if [ -e "$HERE/anew" ]; then printf '%s\\n' ${lines(all)}; else printf '%s\\n' ${lines(tasks)}; fi ;;`,
      "config\\ ls* | secret\\ ls*) ;;",
      "*) log ;;",
    ].join("\n");
    return runScript({ files: ["swarm-manager", ...files], calls: [["eval", clock], ...calls] }, docker);
  };
  const lost = "n3 shutdown ready r2 t3";
  const [pauses, rollsBack] = [
    "service update --detach --quiet --update-failure-action pause --update-delay 2s dd-agent",
    "service update --detach --quiet --update-failure-action rollback --update-delay 1s dd-agent",
  ];

  test("lets the engine go on without a node that is lost in the middle of its change, and then sets its rules back", () => {
    const result = gateWithLostNode(["n1 running running r2 t1", "n2 running running r1 t2", lost], "completed");
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.docker).toEqual([pauses, rollsBack, rollsBack]);
    expect(result.stdout).toContain("it now goes on with the others");
  });

  test("fails if a node then fails with the change, and does not take the half of it for the whole", () => {
    const result = gateWithLostNode(["n1 running running r2 t1", "n2 running running r1 t2", lost], "paused");
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("has stopped to change the service dd-agent");
    expect(result.docker).toEqual([pauses]);
  });

  test("leaves the engine alone while a task is about to run", () => {
    const coming = "n2 ready preparing r2 t3";
    const result = gateWithLostNode(["n1 running running r2 t1", "n2 shutdown running r1 t2", coming], "completed");
    expect(result.stderr).toContain("nothing has changed for");
    expect(result.docker).toEqual([]);
  });

  test.each([
    ["a node has no task yet", "r2 -", ["n1 running running r2 t1"], "runs on 1 of 2 nodes"],
    [
      "a task is not healthy yet",
      "r2 -",
      ["n1 running running r2 t1", "n2 running starting r2 t2"],
      "runs on 1 of 2 nodes",
    ],
    [
      "a node still runs the old revision",
      "r2 -",
      ["n1 running running r2 t1", "n2 running running r1 t2"],
      "runs on 1 of 2 nodes",
    ],
    [
      "the update is not over",
      "r2 updating",
      ["n1 running running r2 t1", "n2 running running r2 t2"],
      "runs on 2 of 2 nodes",
    ],
    [
      "a task fails again and again",
      "r2 -",
      ["n1 ready ready r2 t4", "n1 shutdown failed r2 t3", "n1 shutdown failed r2 t2", "n1 shutdown rejected r2 t1"],
      "fails again and again. On node node-1:\n  task: non-zero exit (1)\n  last words",
    ],
    [
      "the engine has rolled back",
      "r1 rollback_completed",
      ["n1 running running r1 t3", "n1 shutdown failed r2 t2", "n2 running running r1 t1"],
      "the engine has rolled the service dd-agent back, because a node failed with the change. On node node-1:\n  task: non-zero exit (1)\n  last words",
    ],
    [
      "somebody has changed it",
      "r1 completed",
      ["n1 running running r1 t1"],
      "somebody has changed it. Run make up again.",
    ],
  ])("stays shut while %s", (_, service, tasks, words) => {
    const { status, stderr, docker } = gate(service, tasks);
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/again\.\n$/);
    expect(docker).toEqual([]);
  });
});

test("the secrets that hold passwords are found by their names, and one that is missing is named", () => {
  const ask = (docker: string): Outcome =>
    runScript({ files: ["swarm-manager", "swarm-secrets"], calls: [["secret_ids", "cart", "blog"]] }, docker);
  expect(ask("*cart) echo s1 ;;\n*blog) echo s2 ;;")).toMatchObject({ status: 0, stdout: "s1\ns2\n" });
  const { status, stderr } = ask("*cart) echo s1 ;;\n*) exit 1 ;;");
  expect(status).toBe(1);
  expect(stderr).toContain("The Swarm: there is no secret blog. Create it on a manager (docker secret create blog -)");
});

describe("the networks of a Swarm", () => {
  /** Looks at the network shop, which a manager may have for itself, too. */
  const checked = (swarms: string, local: string): Outcome =>
    runScript(
      { files: ["swarm-manager", "swarm-preflight"], calls: [["overlays_exist", "shop"]] },
      `network\\ ls*) printf '${swarms}' ;;\nnetwork\\ inspect*\\ id1) echo overlay swarm - ;;\nnetwork\\ inspect*) ${local} ;;`,
    );

  test("are told from networks of one manager that have the same name", () => {
    const ambiguous = "echo 'network shop is ambiguous (2 matches found on name)' >&2; exit 1";
    expect(checked("shopping id0\\nshop id1\\n", ambiguous)).toMatchObject({ status: 0, stderr: "" });
    expect(checked("shopping id0\\n", "echo bridge local -").stderr).toContain(
      "the network shop is no overlay network of the Swarm (bridge local -)",
    );
    expect(checked("", "exit 1").stderr).toContain("there is no network shop. Create it");
  });

  test("are known by their ids, whatever labels they have", () => {
    const answer = JSON.stringify({ Name: "shop", Id: "id1", Labels: { Id: "0", Name: "x" } });
    const ids = runScript(
      { files: ["swarm-manager", "swarm-networks"], calls: [["network_ids", "shop"]] },
      `*) printf 'HTTP/1.1 200 OK\\r\\n\\r\\n%s\\n' '${answer}' ;;`,
    );
    expect(ids).toMatchObject({ status: 0, stdout: "id1\n" });
    const gone = runScript({ files: ["swarm-manager", "swarm-networks"], calls: [["network_ids", "shop"]] }, "*) ;;");
    expect(gone).toMatchObject({ status: 1, stderr: expect.stringContaining("there is no network shop") as string });
  });
});

test.each([
  [
    "a stack's host",
    "stack=shop",
    /the container dd-agent already runs on the manager \S+, for stack shop, and two agents/,
  ],
  [
    "nobody's",
    "stack=",
    /the container dd-agent already runs on the manager \S+, and two .*\. docker rm --force dd-agent there/,
  ],
  ["none", "", /^$/],
])("an agent beside the Swarm's on its manager is refused: %s", (_, found, message) => {
  const { status, stderr } = runScript(
    { files: ["swarm-manager", "swarm-preflight"], calls: [["no_agent_beside", "dd-agent"]] },
    `"ps --filter name=^dd-agent$ "*) printf '${found}' ;;`,
  );
  expect(stderr).toMatch(message);
  expect(status).toBe(found === "" ? 0 : 1);
});

describe("the end of a stack", () => {
  const swept = (nodes: string, secrets = ""): Outcome =>
    runScript(
      { files: ["swarm-manager", "swarm-objects"], calls: [["must_be_swept", "store-staging"]] },
      [`node\\ ls*) printf '${nodes}' ;;`, `secret\\ ls*) printf '${secrets}' ;;`, "*) ;;"].join("\n"),
    );

  test("says what is left on nodes, and on which of them containers may still run", () => {
    expect(swept("web-1 Ready\\n").stdout).toMatch(
      /^On each node of the Swarm, also on those that have left it, volumes/,
    );
    expect(swept("web-1 Ready\\nweb-2 Down\\nweb-3 Unknown\\n").stdout).toContain(
      "containers of the services may still run there until they are back: web-2 web-3\n",
    );
  });

  test("fails if a service still uses a secret", () => {
    const { status, stderr } = swept("web-1 Ready\\n", "key\\n");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "The Swarm: a service still uses: key. Remove the service, then run again.\n",
    });
  });
});

describe("the job that asks nodes", () => {
  /**
   * Asks where the Swarm gives these answers.
   * @param tasks a line for each of the job's tasks: node, state, what went wrong.
   * @param more branches that come first.
   */
  const ask = (tasks: readonly string[], more = "", only = "", before: readonly Call[] = []): Outcome =>
    runScript(
      {
        files: ["swarm-manager", "swarm-nodes"],
        calls: [...before, ["ask_nodes", "job-1", "store-staging", "0", only, "echo asked", "datadog-gen", "dd-agent"]],
      },
      [
        more,
        "service\\ ls*) log; echo old; echo new ;;",
        "service\\ inspect*CreatedAt*old) echo 0 ;;",
        "service\\ inspect*CreatedAt*new) date +%s ;;",
        "node\\ ls*) echo n1 ;;",
        "node\\ inspect*) echo node n1 ready active web-1 ;;",
        "service\\ inspect*Constraints*) echo 'node.labels.zone == a'; echo ;;",
        "service\\ inspect*Image*) echo registry.example/gen:1 ;;",
        "service\\ inspect*) ;;",
        "service\\ ps*) echo t1 ;;",
        `inspect*task*) printf '%s\\n' ${tasks.map((line) => `'${line}'`).join(" ")} ;;`,
        "service\\ logs*) log; echo n1 key k; echo n1 end ;;",
        "*) log ;;",
      ].join("\n"),
    );
  const complete = ["n1 complete "];

  test("runs once on each node where the services may run, sees the node read-only, and is removed afterwards", () => {
    const { status, stdout, docker } = ask(complete);
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "node n1 ready active web-1",
      "place n1",
      "constrained",
      "task n1 complete ",
      "n1 key k",
      "n1 end",
      "",
    ]);
    const [, removedOld, create = "", logs, removed, ...further] = docker;
    expect([removedOld, logs, removed, further]).toEqual([
      "service rm old",
      "service logs --raw job-1",
      "service rm job-1",
      [],
    ]);
    for (const option of [
      "--mode global --restart-condition none --constraint node.labels.zone == a --label datadog-hosts.stack=store-staging",
      "--read-only --cap-drop ALL --cap-add SYS_CHROOT --mount type=bind,source=/,target=/node,readonly",
      "--entrypoint chroot registry.example/gen:1 /node /bin/sh -c echo asked",
    ]) {
      expect(create).toContain(option);
    }
  });

  test("runs on one node if only that is asked", () => {
    const { docker } = ask(complete, "", "web-1");
    expect(docker.find((call) => call.startsWith("service create"))).toContain(
      "--constraint node.labels.zone == a --constraint node.hostname == web-1",
    );
  });

  test("runs on the very node that is asked if another one has the same host name", () => {
    const same = "node\\ inspect*Hostname*ID*n1) echo web-1 n1 ;;";
    const { docker } = ask(complete, same, "web-1.n1");
    const made = docker.find((call) => call.startsWith("service create"));
    expect(made).toContain("--constraint node.id == n1");
    expect(made).not.toContain("node.hostname");
    expect(ask(complete, same, "web-2.n1").docker.join("\n")).toContain("--constraint node.hostname == web-2.n1");
  });

  test("has the image of the other service where the first one is gone, and is not made where both are", () => {
    const gone = (services: string): string => `service\\ inspect\\ ${services}) exit 1 ;;`;
    expect(ask(complete, gone("datadog-gen")).stdout).toContain("n1 key k");
    const { status, stdout, docker } = ask(complete, gone("d*"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: "node n1 ready active web-1\nundeployed\n" });
    expect(docker.join("\n")).not.toContain("create");
  });

  test.each([
    ["lacks the end of an answer", "echo n1 key k"],
    ["never ends", "echo n1 key k; exec sleep 60"],
  ])("has its log read again if that %s", (_, first) => {
    const once = 'touch "$HERE/read"';
    const logs = `service\\ logs*) log; [ -e "$HERE/read" ] || { ${once}; ${first}; exit; }; echo n1 key k; echo n1 end ;;`;
    const short = 'timeout() { shift; command timeout 1 "$@"; }';
    const { status, stdout, docker } = ask(complete, logs, "", [["eval", short]]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nn1 key k\nn1 end\n$/);
    expect(stdout.match(/key/g)).toHaveLength(1);
    expect(docker.filter((call) => call.startsWith("service logs"))).toHaveLength(2);
    expect(docker.at(-1)).toBe("service rm job-1");
  });

  test("is not waited for beyond the time, and the reason of a task that has not run is told", () => {
    const { status, stdout, docker } = ask(["n1 rejected No such image: x", "n2 preparing "]);
    expect(status).toBe(0);
    expect(stdout).toContain("task n1 rejected No such image: x\ntask n2 preparing ");
    expect(docker.at(-1)).toBe("service rm job-1");
  });

  test.each(["HUP", "INT", "PIPE", "TERM"])("is removed when the run is cut off by SIG%s", (signal) => {
    const { status, docker } = ask(complete, `service\\ create*) log; kill -${signal} $PPID ;;`);
    expect(status).toBe(1);
    expect(docker.at(-1)).toBe("service rm job-1");
  });
});

test.each([
  [0, "0s"],
  [5, "5s"],
  [60, "1m"],
  [90, "1m30s"],
  [3600, "1h"],
  [3630, "1h0m30s"],
])("%i seconds are printed as the provider prints a service's: %s", (seconds, text) => {
  expect(serviceDuration(seconds)).toBe(text);
});
