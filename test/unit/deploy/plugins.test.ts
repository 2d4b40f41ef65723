import { expect, test } from "vitest";

import { pluginsBelow, readProcesses } from "../../../tools/deploy/plugins";

test("the plugins below a process are found with all that they have started, and nobody else's", () => {
  const processes = readProcesses(
    [
      "  1     0 init",
      " 10     1 pulumi up --stack shop",
      " 11    10 node run/index.js",
      " 12    10 /home/me/.pulumi/plugins/resource-command-v1.2.1/pulumi-resource-command 127.0.0.1:1",
      " 13    10 pulumi-resource-docker 127.0.0.1:1",
      " 14    13 ssh -l core -- 192.0.2.10 docker system dial-stdio",
      " 15    14 ssh -W [192.0.2.10]:22 jump",
      " 16    10 /usr/bin/node /cache/resource-docker-e7e5/main.js 127.0.0.1:1",
      " 20     1 pulumi-resource-docker 127.0.0.1:2",
      " 21    20 ssh -l core -- 192.0.2.10 docker system dial-stdio",
    ].join("\n"),
  );
  expect(pluginsBelow(10, processes).sort()).toEqual([12, 13, 14, 15, 16]);
});
