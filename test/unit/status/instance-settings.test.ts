import { expect, test } from "vitest";

import { describeInstance, hostIn, settingsOf } from "../../../tools/status/instance-settings";

test.each<[string, Record<string, unknown>, string]>([
  ["redisdb", { host: "172.17.0.2", port: 6379 }, "172.17.0.2:6379"],
  ["nginx", { nginx_status_url: "http://172.17.0.2:80/nginx_status" }, "http://172.17.0.2:80/nginx_status"],
  ["mysql", { server: "172.17.0.2", port: 3306 }, "172.17.0.2:3306"],
  [
    "openmetrics",
    { openmetrics_endpoint: "http://172.17.0.2:1/metrics", metrics: [".+"] },
    "http://172.17.0.2:1/metrics",
  ],
  ["http_check", { name: "web", url: "http://172.17.0.2:80/" }, "http://172.17.0.2:80/"],
  ["tls", { name: "web", server: "172.17.0.2", port: 443 }, "172.17.0.2:443"],
  ["mongo", { hosts: ["[2001:db8::5]:27017"] }, "[2001:db8::5]:27017"],
  ["kafka_consumer", { kafka_connect_str: ["172.17.0.2:9092"] }, "172.17.0.2:9092"],
  ["redisdb", { host: "2001:db8::5", port: 6379 }, "[2001:db8::5]:6379"],
  ["mcache", { url: "inet6:[2001:db8::5]", port: 11211 }, "inet6:[2001:db8::5]:11211"],
  ["docker", { collect_events: true }, "(docker)"],
  ["mongo", { hosts: [] }, "(mongo)"],
])("an instance of %s is named by what it connects to: %j", (check, instance, address) => {
  expect(describeInstance(settingsOf(instance), check)).toBe(address);
});

test.each([
  ...["172.18.0.5:6379", "http://172.18.0.5:80/nginx_status", "172.18.0.5"].map((address) => [address, "172.18.0.5"]),
  ...["[2001:db8::5]:6379", "https://[2001:db8::5]/", "2001:db8::5", "inet6:[2001:db8::5]:11211"].map((address) => [
    address,
    "2001:db8::5",
  ]),
])("the host in %s is %s", (address, host) => {
  expect(hostIn(address)).toBe(host);
});

test("the address of a check with two pages is that of its status page, whatever the order of its keys", () => {
  const pages = [
    ["status_url", "http://172.18.0.5:9000/status"],
    ["ping_url", "http://172.18.0.5:9000/ping"],
  ];
  for (const keys of [pages, [...pages].reverse()]) {
    expect(describeInstance(settingsOf(Object.fromEntries(keys)), "php_fpm")).toBe("http://172.18.0.5:9000/status");
  }
});
