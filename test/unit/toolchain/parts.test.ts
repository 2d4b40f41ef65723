import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modeVariable, optionalVendorParts, readModes, vendorParts, versions } from "../../../tools/toolchain/parts";
import { isAtLeast } from "../../../tools/toolchain/pulumi-program";

const parts = [...vendorParts, ...optionalVendorParts];

describe("readModes", () => {
  it("is auto for every part by default", () => {
    expect(new Set(Object.values(readModes({})))).toEqual(new Set(["auto"]));
    expect(Object.keys(readModes({}))).toEqual(parts);
  });

  it("takes TOOLCHAIN for all parts, and a part's own variable before it", () => {
    const modes = readModes({ TOOLCHAIN: "vendor", TOOLCHAIN_AGENT_IMAGE: "standin", TOOLCHAIN_PULUMI: "" });
    expect(modes).toEqual({
      pulumi: "vendor",
      "language-host": "vendor",
      "docker-plugin": "vendor",
      "command-plugin": "vendor",
      "docker-gen-image": "vendor",
      "agent-image": "standin",
      "agent-5-image": "vendor",
    });
  });

  it.each(parts)("lets %s be set by itself", (part) => {
    expect(readModes({ [modeVariable(part)]: "standin" })[part]).toBe("standin");
  });

  it("says which values there are", () => {
    expect(() => readModes({ TOOLCHAIN: "stand-in" })).toThrow(
      "TOOLCHAIN is 'stand-in'. Set it to auto, vendor or standin.",
    );
    expect(() => readModes({ TOOLCHAIN_DOCKER_PLUGIN: "yes" })).toThrow(/^TOOLCHAIN_DOCKER_PLUGIN is 'yes'/);
  });

  it("says which parts there are when a variable names none, and leaves other programs' variables alone", () => {
    expect(() => readModes({ TOOLCHAIN_AGENT: "standin" })).toThrow(
      /^TOOLCHAIN_AGENT names no part.*TOOLCHAIN_AGENT_IMAGE/,
    );
    expect(() => readModes({ TOOLCHAIN_DIR: "/opt/gcc" })).not.toThrow();
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
