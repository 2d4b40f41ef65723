import { beforeAll, describe, expect, test } from "vitest";

import { generatorConfigFiles, generatorPaths } from "../../../infra/rendering/generator-files";
import { docker } from "../../../tools/shared/docker";
import { silent } from "../../../tools/shared/progress";
import { dockerGenImage, ensureStandInImage } from "../../../tools/toolchain/standin-images";
import { integrationsOf, stack } from "../../templates/render-configs";

const { drafts, generated } = generatorPaths;

describe("the publishing script, by the programs of docker-gen's image, on a disk that is full", () => {
  let said: readonly string[] = [];

  beforeAll(async () => {
    const image = await ensureStandInImage(dockerGenImage, silent);
    const script = generatorConfigFiles(stack(), integrationsOf(7))["publish.sh"] ?? "";
    const { stdout } = await docker(
      [
        ...["run", "--rm", "--interactive", "--network", "none", "--entrypoint", "sh"],
        ...["--tmpfs", `${generated}:size=100k`, "--tmpfs", `${drafts}:size=300k`, "--tmpfs", "/script", image, "-s"],
      ],
      { input: lines(script).join("\n") },
    );
    said = stdout.trim().split("\n");
  });

  test("fails, publishes no incomplete file, and leaves nothing behind", () => {
    expect(said.slice(0, 3)).toEqual(["failed, 0 files, 0 of them cut off, 0 left", ...said.slice(0, 2)]);
  });

  test("finishes its work once there is room again", () => {
    expect(said[3]).toBe("done, 20 files, 0 of them cut off, 0 left");
  });

  test("fails if the memory for drafts is full, and finishes later", () => {
    expect(said.slice(4, 6)).toEqual([
      "failed, 20 files, 0 of them cut off, 0 left",
      "done, 10 files, 0 of them cut off, 0 left",
    ]);
  });

  test("ends docker-gen if somebody else has filled the memory for drafts, which a start of the container empties", () => {
    expect(said.slice(6)).toEqual(["docker-gen ended with 137"]);
  });
});

/** Lines of shell: each look prints what became of the publication. Twenty files of 3,000 characters need 80 KiB. */
function lines(script: string): string[] {
  return [
    `echo '${Buffer.from(script).toString("base64")}' | base64 -d >/script/publish.sh`,
    "draft() {",
    "  for number in $(seq 1 $1); do",
    '    echo "#!file redisdb.d/$(printf %064d $number).yaml"',
    "    for line in $(seq 60); do printf '%050d\\n' $number; done",
    "  done",
    "  echo '#!end'",
    "}",
    "look() {",
    `  if sh /script/publish.sh datadog 2>/dev/null; then end=done; else end=failed; fi`,
    `  files=$(ls ${generated}/datadog/redisdb.d 2>/dev/null | wc -l)`,
    `  cut=$(find ${generated}/datadog -type f ! -size 3060c 2>/dev/null | wc -l)`,
    `  left=$(ls -A ${generated} ${drafts} | grep -c '^[.]')`,
    '  echo "$end, $files files, $cut of them cut off, $left left"',
    "}",
    `draft 20 >${drafts}/datadog`,
    `dd if=/dev/zero of=${generated}/fill bs=1k count=60 2>/dev/null`,
    ...["look", "look", "look", `rm ${generated}/fill`, "look"],
    `draft 10 >${drafts}/datadog; dd if=/dev/zero of=${drafts}/fill bs=1k 2>/dev/null`,
    ...["look", `rm ${drafts}/fill`, "look"],
    // In the place of docker-gen, which would need an engine; it ends by itself if nobody ends it.
    "printf '#!/bin/sh\\nfor try in $(seq 100); do sleep 0.1; done\\n' >/docker-gen",
    "chmod +x /docker-gen; /docker-gen & own=$!",
    `dd if=/dev/zero of=${drafts}/fill bs=1k 2>/dev/null; sh /script/publish.sh 2>/dev/null`,
    'wait $own; echo "docker-gen ended with $?"',
  ];
}
