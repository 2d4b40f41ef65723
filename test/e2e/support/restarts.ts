import type { TestHost } from "../../../sandbox/host";

/** What can be started anew on a host, by hand or by accident. Each returns when it is on its way up again. */
export const restarts = {
  agent: (host: TestHost) => host.run("docker restart dd-agent"),
  generator: (host: TestHost) => host.run("docker restart datadog-gen"),
  engine: async (host: TestHost) => {
    await host.run('kill -TERM "$(cat /var/run/docker.pid)"; while pidof dockerd >/dev/null; do sleep 0.1; done');
    await host.run("setsid dockerd >>/var/log/dockerd.log 2>&1 </dev/null &");
    await host.ready();
  },
  "power cut": async (host: TestHost) => {
    await host.stop({ force: true });
    await host.start();
  },
} as const;

export type Restart = keyof typeof restarts;
