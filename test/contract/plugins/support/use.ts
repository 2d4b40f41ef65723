import { afterAll, beforeAll, beforeEach } from "vitest";
import { DockerHost } from "./docker-host";
import { Plugin } from "./plugin";
import type { Properties } from "./plugin";
import type { PluginName } from "./toolchain";

/** Something that exists while the tests of a file run. */
export interface Used<T> {
  /** Throws before the first test has begun. */
  get(): T;
}

function holder<T>(): { value: T | undefined } & Used<T> {
  const held: { value: T | undefined } & Used<T> = {
    value: undefined,
    get() {
      if (held.value === undefined) throw new Error("it is there while tests run only");
      return held.value;
    },
  };
  return held;
}

/** A test host for this file's tests, empty of containers before each. */
export function useHost(name: string): Used<DockerHost> {
  const held = holder<DockerHost>();
  beforeAll(async () => {
    held.value = await DockerHost.create(name);
  });
  beforeEach(() => held.get().clear());
  afterAll(async () => {
    await held.value?.machine.destroy();
  });
  return held;
}

/** A test host that is a Swarm of one node, for this file's tests. What they make in it, they name differently. */
export function useSwarm(name: string): Used<DockerHost> {
  const held = holder<DockerHost>();
  beforeAll(async () => {
    held.value = await DockerHost.create(name);
    await held.value.docker("swarm init --advertise-addr $(hostname -I | cut -d ' ' -f 1)");
  });
  afterAll(async () => {
    await held.value?.machine.destroy();
  });
  return held;
}

/** A plugin for this file's tests, configured when they begin; it has said nothing before each. */
export function usePlugin(name: PluginName, settings: () => Properties, environment?: NodeJS.ProcessEnv): Used<Plugin> {
  const held = holder<Plugin>();
  beforeAll(async () => {
    held.value = await Plugin.start(name, environment);
    await held.value.configure(settings());
  });
  beforeEach(() => {
    held.get().takeMessages();
  });
  afterAll(async () => {
    await held.value?.stop();
  });
  return held;
}
