import { expect, test } from "vitest";

import { readRun5 } from "../../../tools/check/generation-5";

/** As `dd-agent check redisdb check_rate` prints it: two blocks, of which the second has the rates too. */
const text = `Metrics: 
[('redis.net.clients', 1, 1, {'tags': ['project:shop', 'redis_host:172.18.0.5']})]
Events: 
[]
Service Checks: 
[]
Service Metadata: 
[{}]
    redisdb (5.32.8)
    ----------------
      - instance #0 [OK]
Running 2nd iteration to capture rate metrics
Metrics: 
[('redis.net.clients',
  1511000000,
  2.5,
  {'hostname': 'web-1',
   'tags': [u'project:shop', "o:it's", 'redis_host:172.18.0.5'],
   'type': 'gauge'}),
 ('redis.net.clients',
  1511000000,
  7L,
  {'hostname': 'web-1', 'tags': ('project:shop', 'redis_host:172.18.0.6'), 'type': 'gauge'})]
Events: 
[]
Service Checks: 
[{'check': 'redis.can_connect',
  'host_name': 'web-1',
  'message': None,
  'status': 0,
  'tags': ['project:shop', 'redis_host:172.18.0.5'],
  'timestamp': 1511000000},
 {'check': 'redis.can_connect', 'message': 'refused', 'status': 2, 'tags': ['project:shop', 'redis_host:172.18.0.6']}]
Service Metadata: 
[{}]
    redisdb (5.32.8)
    ----------------
      - instance #0 [\u001b[32mOK\u001b[0m]
      - instance #1 [\u001b[31mERROR\u001b[0m]: 'Can\\'t connect'
      - instance #2 [WARNING]
          Warning: slow
      - Collected 2 metrics, 0 events & 2 service checks
`;

test("an instance's samples are selected by its tags, without those that name another instance's address", () => {
  expect(readRun5(text, 0, ["project:shop"], ["172.18.0.6"])).toEqual({
    samples: [{ metric: "redis.net.clients", value: 2.5, tags: ["project:shop", "o:it's", "redis_host:172.18.0.5"] }],
    serviceChecks: [
      { name: "redis.can_connect", status: "OK", message: "", tags: ["project:shop", "redis_host:172.18.0.5"] },
    ],
    error: "",
    warnings: [],
  });
});

test("errors and warnings are assigned to the right instance", () => {
  expect(readRun5(text, 1, ["project:shop"], ["172.18.0.5"])).toMatchObject({
    samples: [{ value: 7 }],
    serviceChecks: [{ status: "CRITICAL", message: "refused" }],
    error: "Can't connect",
  });
  expect(readRun5(text, 2, ["project:other"])).toMatchObject({ samples: [], error: "", warnings: ["slow"] });
});

test("an instance that the output does not mention has no run", () => {
  expect(readRun5(text, 3, [])).toBeUndefined();
  expect(readRun5("", 0, [])).toBeUndefined();
});
