import { expect, test } from "vitest";

import { reportHost } from "../../../tools/status/report";
import { hostAnswers, ownContainers, type ToldContainer } from "./host-answers";

const [dd, gen] = ownContainers as [ToldContainer, ToldContainer];
const images = { agent: "agent:7.70", generator: "gen:1" };

test.each<[string, string, string, string[]]>([
  ["the images that the settings name", "agent:7.70", "gen:1", []],
  [
    "another version",
    "agent:7.69",
    "gen:1",
    ["the container dd-agent runs the image agent:7.69, and the stack's settings name agent:7.70"],
  ],
  [
    "another generator",
    "agent:7.70",
    "gen:2",
    ["the container datadog-gen runs the image gen:2, and the stack's settings name gen:1"],
  ],
  ["an image by its digest", "agent@sha256:0123", "sha256:4567", []],
  [
    "a digest that a Swarm has added",
    "agent:7.70@sha256:0123",
    "gen:2@sha256:0123",
    ["the container datadog-gen runs the image gen:2, and the stack's settings name gen:1"],
  ],
])("containers with %s", (_, agent, generator, texts) => {
  const containers = [
    { ...dd, image: agent },
    { ...gen, image: generator },
  ];
  const { drift } = reportHost("web-1", { ...hostAnswers(7, { containers }), images });
  expect(drift.map(({ text }) => text)).toEqual(texts);
});
