import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { linkKeyFiles } from "../../../tools/rollback/key-files";

test("an earlier clone gets the keys that lie in this one, and no others", () => {
  const folder = mkdtempSync(join(tmpdir(), "key-files-"));
  const [here, there] = [join(folder, "here"), join(folder, "there")];
  try {
    for (const path of [join(here, "keys"), there]) mkdirSync(path, { recursive: true });
    for (const name of ["all", "one"]) writeFileSync(join(here, "keys", name), name);
    writeFileSync(join(there, "own"), "");
    writeFileSync(join(here, "own"), "another");
    writeFileSync(join(folder, "outside"), "");
    const hosts = ["keys/one", "own", "keys/missing", "../outside", "~/.ssh/id_ed25519", "/etc/key"].map(
      (file) => `    - { name: x, privateKeyFile: ${file} }\n`,
    );
    linkKeyFiles(
      `config:\n  datadog-hosts:privateKeyFile: ./keys/all\n  datadog-hosts:hosts:\n${hosts.join("")}`,
      here,
      there,
    );
    expect(readdirSync(there).sort()).toEqual(["keys", "own"]);
    expect(readdirSync(join(there, "keys")).sort()).toEqual(["all", "one"]);
    expect(readFileSync(join(there, "keys/one"), "utf8")).toBe("one");
    expect(readFileSync(join(there, "own"), "utf8")).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
