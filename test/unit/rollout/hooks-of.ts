import type * as pulumi from "@pulumi/pulumi";
import { expect, vi } from "vitest";

import { proofSocketVariable, type ProofAnswer, type ProofRequest } from "../../../infra/fleet";
import { proveChange } from "../../../infra/fleet/proof";
import { readSettings } from "../../../infra/settings/read";
import { ProofServer } from "../../../tools/rollout/proof-server";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "../infra/fixtures";

/** A host's hooks as the engine calls them, with these answers of `make up`. */
export async function hooksOf(
  answer: (request: ProofRequest) => ProofAnswer,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{
  /** Changes the host's files. */
  changeFiles: () => Promise<void>;
  replaceContainer: () => Promise<void>;
  complete: () => Promise<void>;
  /** The last resource fails with this error. */
  fail: (error: string) => Promise<void>;
  asked: string[];
  server: ProofServer;
}> {
  const asked: string[] = [];
  const server = await ProofServer.start((request) => {
    asked.push(request.phase);
    return Promise.resolve(answer(request));
  });
  vi.stubEnv(proofSocketVariable, server.environment[proofSocketVariable]);
  useStack({ stack: "store-staging", config: { ...smallestConfig, ...settings } });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("the settings name no host");
  const transform = proveChange(host, 60);
  const hooks = (type: string, name: string): pulumi.ResourceHookBinding => {
    // Nothing is done with it.
    const resource = undefined as unknown as pulumi.Resource;
    return transform({ type, name, props: {}, opts: {}, resource })?.opts.hooks ?? {};
  };
  const call = async (list: pulumi.ResourceHookBinding["beforeCreate"]): Promise<void> => {
    const [hook] = (list ?? []) as pulumi.ResourceHook[];
    await hook?.callback({} as pulumi.ResourceHookArgs);
  };
  const container = hooks("docker:index/container:Container", "web-1-agent");
  const completion = hooks("command:remote:Command", "web-1-cleanup");
  const files = hooks("command:remote:Command", "web-1-files");
  expect(hooks("pulumi:providers:docker", "web-1-docker")).toEqual({});
  return {
    changeFiles: async () => {
      await call(files.beforeCreate);
      await call(files.beforeUpdate);
    },
    replaceContainer: () => call(container.beforeCreate),
    complete: () => call(completion.beforeUpdate),
    fail: async (error) => {
      const [hook] = completion.onError ?? [];
      // The engine is not to try again.
      expect(await hook?.callback({ errors: [error] } as pulumi.ErrorHookArgs)).toBe(false);
    },
    asked,
    server,
  };
}
