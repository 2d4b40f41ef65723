import { resolve } from "node:path";
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { run } from "../../../tools/shared/run";

const root = resolve(__dirname, "..", "..", "..");

/** The value of an expression, or what its promise resolves to, in a new process that has not loaded the SDK yet. */
async function evaluate(expression: string, options: readonly string[] = []): Promise<unknown> {
  const print = `Promise.resolve(${expression}).then((value) => console.log(JSON.stringify(value)))`;
  const { stdout } = await run("node", [...options, "-e", print], { cwd: root });
  return JSON.parse(stdout);
}

/** The options of Node.js with which Pulumi starts the program. */
function nodeOptions(): string[] {
  const project = parse(readFileSync(resolve(root, "Pulumi.yaml"), "utf8")) as {
    readonly runtime: { readonly options: { readonly nodeargs?: string } };
  };
  return project.runtime.options.nodeargs?.split(" ") ?? [];
}

describe("the SDK in the program's bundle", () => {
  it("exports the same names as the complete one", async () => {
    const names = (light: string, whole: string): string =>
      `[${light}, ${whole}].map((file) => Object.keys(require(file)).sort())`;
    for (const [file, module] of [
      ["sdk", "@pulumi/pulumi"],
      ["sdk-runtime", "@pulumi/pulumi/runtime"],
    ]) {
      const [light, whole] = (await evaluate(names(`"./infra/start/${file}.cjs"`, `"${module}"`))) as string[][];
      expect(light).toEqual(whole);
    }
  });

  it("has the same objects as the complete one, not copies", async () => {
    const pairs = `(() => {
      const light = require("./infra/start/sdk.cjs"), whole = require("@pulumi/pulumi");
      const differs = (a, b) => Object.keys(a).filter((name) => a[name] !== b[name] && typeof a[name] === "function");
      return [differs(light, whole), differs(light.runtime, whole.runtime), light.automation.LocalWorkspace === whole.automation.LocalWorkspace];
    })()`;
    expect(await evaluate(pairs)).toEqual([[], [], true]);
  });

  it("loads neither the TypeScript compiler nor npm's package manager", async () => {
    const loaded = `(require("./infra/start/sdk.cjs"), Object.keys(require.cache).map((file) => /node_modules.((?:@[^/]+.)?[^/]+)/.exec(file)?.[1]))`;
    const packages = new Set((await evaluate(loaded)) as string[]);
    expect(packages).toContain("@pulumi/pulumi");
    expect([...packages].filter((name) => /^typescript$|npmcli|pacote/.test(name))).toEqual([]);
  });
});

describe("Pulumi's runner", () => {
  it("starts without a debugger and without source maps, but can map stack traces again later", async () => {
    const start = `(async () => {
      const { Session } = require("node:inspector");
      let connected = 0;
      Session.prototype.connect = () => void connected++;
      Session.prototype.post = (_, done) => done();
      await require("@pulumi/pulumi/runtime/closure/v8Hooks").isInitializedAsync();
      require("source-map-support").install();
      const before = Error.prepareStackTrace;
      require("./infra/start/spare-sdk.cjs").spareSdk();
      Error.prepareStackTrace = () => "mapped";
      return [connected, before ?? "unmapped", new Error("any").stack];
    })()`;
    expect(await evaluate(start, nodeOptions())).toEqual([0, "unmapped", "mapped"]);
  });
});

describe("the SDK that Pulumi's runner shares with the program", () => {
  it("keeps no stack trace for each promise, and leaves those of errors alone", async () => {
    const traces = `(() => {
      require("./infra/start/spare-sdk.cjs").spareSdk();
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const store = { leakCandidates: new Set() };
      return globalThis.asyncLocalStorage.run(store, () => {
        const promise = Promise.resolve();
        debuggablePromise(promise, "a property");
        return [promise._debugCtx, promise._debugStackTrace, new Error("own").stack.split("\\n").length > 3];
      });
    })()`;
    expect(await evaluate(traces)).toEqual(["a property", "Error", true]);
  });

  it("sends no debug lines and no positions", async () => {
    const sent = `(() => {
      require("./infra/start/spare-sdk.cjs").spareSdk();
      const { Resource } = require("@pulumi/pulumi");
      const settings = require("@pulumi/pulumi/runtime/settings");
      settings.getEngine = () => { throw new Error("asked for the engine"); };
      require("@pulumi/pulumi/log").debug("a line");
      return Resource.stackTrace(0);
    })()`;
    expect(await evaluate(sent)).toEqual([]);
  });
});
