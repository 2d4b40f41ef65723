import { afterAll, beforeAll } from "vitest";

import { removeAll, type TestHost } from "../../../sandbox/host";
import { openStage, type OpenStage, type StageHosts, type StageOptions } from "./open-stage";

export { stageSettings } from "./stage-settings";

/** What one file of end-to-end tests has to itself: hosts, an intake, stacks. All of it goes when the file is done. */
export interface Stage extends Omit<OpenStage, "close"> {
  host(name: string): TestHost;
}

/** The API key of all test stacks; no real one, and found nowhere by chance. */
export const apiKey = "5ec2e7a91b3d4f60718293a4b5c6d7e8";

/**
 * Sets the stage for the tests of one file.
 * @param owner name of the stage; everything on the engine carries it.
 */
export function setStage(owner: string, hosts: StageHosts, options: StageOptions = {}): Stage {
  let stage: OpenStage | undefined;
  beforeAll(async () => {
    stage = await openStage(owner, hosts, options);
  });
  afterAll(async () => {
    if (stage === undefined) await removeAll(owner);
    else await stage.close();
  });
  const present = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new Error(`the stage ${owner} has no ${what} (yet)`);
    return value;
  };
  const opened = (): OpenStage => present(stage, "hosts");
  return {
    get toolchain() {
      return opened().toolchain;
    },
    get intake() {
      return opened().intake;
    },
    get hosts() {
      return opened().hosts;
    },
    host: (name) => present(opened().hosts[name], `host ${name}`),
    deployment: (environment) => opened().deployment(environment),
  };
}
