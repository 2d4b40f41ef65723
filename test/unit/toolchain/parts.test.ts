import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  modeVariable,
  optionalVendorParts,
  readModes,
  renderParts,
  standInVariables,
  vendorParts,
  versions,
  type Origin,
  type Part,
  type ResolvedPart,
} from "../../../tools/toolchain/parts";
import { isAtLeast } from "../../../tools/toolchain/pulumi-program";

const parts = [...vendorParts, ...optionalVendorParts, ...renderParts];

describe("readModes", () => {
  it("is auto for every part by default", () => {
    expect(new Set(Object.values(readModes({}, "trial")))).toEqual(new Set(["auto"]));
    expect(Object.keys(readModes({}, "trial"))).toEqual(parts);
  });

  it("takes TOOLCHAIN for all parts, unless a part has its own variable", () => {
    const modes = readModes({ TOOLCHAIN: "vendor", TOOLCHAIN_AGENT_IMAGE: "standin", TOOLCHAIN_PULUMI: "" }, "trial");
    expect(modes).toEqual({
      pulumi: "vendor",
      "language-host": "vendor",
      "docker-plugin": "vendor",
      "command-plugin": "vendor",
      "docker-gen-image": "vendor",
      "agent-image": "standin",
      "agent-5-image": "vendor",
      "docker-gen": "vendor",
    });
  });

  it("uses no stand-in for a deploy, unless one is asked for", () => {
    expect(new Set(Object.values(readModes({}, "deploy")))).toEqual(new Set(["vendor"]));
    expect(new Set(Object.values(readModes({ TOOLCHAIN: "auto" }, "deploy")))).toEqual(new Set(["vendor"]));
    expect(new Set(Object.values(readModes({ TOOLCHAIN: "standin" }, "deploy")))).toEqual(new Set(["standin"]));
    const modes = readModes({ TOOLCHAIN_DOCKER_PLUGIN: "standin" }, "deploy");
    expect(modes).toMatchObject({ "docker-plugin": "standin", "command-plugin": "vendor" });
  });

  it.each(parts)("can be set for %s alone", (part) => {
    expect(readModes({ [modeVariable(part)]: "standin" }, "trial")[part]).toBe("standin");
  });

  it("lists the valid values", () => {
    expect(() => readModes({ TOOLCHAIN: "stand-in" }, "trial")).toThrow(
      "TOOLCHAIN is 'stand-in'. Set it to auto, vendor or standin.",
    );
    expect(() => readModes({ TOOLCHAIN_DOCKER_PLUGIN: "yes" }, "trial")).toThrow(/^TOOLCHAIN_DOCKER_PLUGIN is 'yes'/);
  });

  it("lists the parts if a variable names none, and ignores other programs' variables", () => {
    expect(() => readModes({ TOOLCHAIN_AGENT: "standin" }, "trial")).toThrow(
      /^TOOLCHAIN_AGENT names no part.*TOOLCHAIN_AGENT_IMAGE/,
    );
    expect(() => readModes({ TOOLCHAIN_DIR: "/opt/gcc" }, "trial")).not.toThrow();
  });
});

describe("standInVariables", () => {
  it("asks for the same stand-ins again, for a deploy too", () => {
    const part = (name: Part, origin: Origin): ResolvedPart => ({ name, origin, version: "1", location: "/x" });
    const variables = standInVariables([
      part("pulumi", "built"),
      part("language-host", "found"),
      part("docker-plugin", "stand-in"),
      part("command-plugin", "downloaded"),
    ]);
    expect(variables).toEqual({ TOOLCHAIN_DOCKER_PLUGIN: "standin" });
    expect(readModes(variables, "deploy")).toMatchObject({ "docker-plugin": "standin", "language-host": "vendor" });
  });
});

describe("versions", () => {
  const installed = (name: string): string => {
    const file = join(__dirname, "..", "..", "..", "node_modules", name, "package.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  };

  it("fit the npm packages", () => {
    expect(versions.pulumi).toBe(installed("@pulumi/pulumi"));
    expect(versions.docker).toBe(installed("@pulumi/docker"));
    expect(versions.command).toBe(installed("@pulumi/command"));
  });

  it("fit the module that the program is built from", () => {
    const file = join(__dirname, "..", "..", "..", "tools", "toolchain", "pulumi-module", "go.mod");
    expect(readFileSync(file, "utf8")).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${versions.pulumi}\n`);
  });
});

describe("isAtLeast", () => {
  it.each([
    ["3.259.0", true],
    ["3.259.1", true],
    ["3.260.0", true],
    ["3.300.0-alpha.1", true],
    ["3.258.9", false],
    ["3.99.0", false],
    ["4.0.0", false],
    ["2.300.0", false],
    ["", false],
    ["pulumi", false],
  ])("%s for 3.259.0: %s", (version, expected) => {
    expect(isAtLeast(version, "3.259.0")).toBe(expected);
  });
});
