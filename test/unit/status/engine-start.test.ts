import { expect, test } from "vitest";

import { engineStartRemarks } from "../../../tools/status/engine-start";
import { reportHost } from "../../../tools/status/report";
import { hostAnswers } from "./host-answers";

const remark =
  /^web-1: the Docker engine starts only when somebody asks it .* systemctl enable docker\.service on the host/;

test("an engine that nothing starts with its machine is remarked on", () => {
  const agent = { "engine-start": "RequiredBy=\nWantedBy=\nTriggeredBy=docker.socket\n" };
  expect(reportHost("web-1", hostAnswers(7, { agent })).remarks).toEqual([expect.stringMatching(remark)]);
});

test.each([
  ["the machine's target starts", "RequiredBy=\nWantedBy=multi-user.target\nTriggeredBy=docker.socket\n"],
  ["an application's unit starts", "RequiredBy=cart.service\nWantedBy=\nTriggeredBy=docker.socket other.socket\n"],
  ["has no socket of its own", "RequiredBy=\nWantedBy=\nTriggeredBy=\n"],
  ["is not known to systemd, or has none", ""],
])("an engine that %s is not", (_, text) => {
  expect(engineStartRemarks(text)).toEqual([]);
});
