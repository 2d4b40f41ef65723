import { describe, expect, it } from "vitest";
import { UserError } from "../../../tools/shared/errors";
import { choose, type Located, type Sources } from "../../../tools/toolchain/choose";
import { RecentFailure } from "../../../tools/toolchain/downloads";
import { modeVariable, vendorParts, type Mode, type VendorPart } from "../../../tools/toolchain/parts";

const at = (location: string): Located => ({ version: "1.0.0", location });

/** Sources of which some have the part, with a note of which were asked. */
function sourcesOf(
  part: VendorPart,
  available: { found: boolean; kept?: boolean; download: boolean },
): Sources & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    find: () => {
      asked.push("find");
      return Promise.resolve(available.found ? at("/found") : undefined);
    },
    ...(part === "pulumi" && {
      kept: () => {
        asked.push("kept");
        return Promise.resolve(available.kept === true ? at("/kept") : undefined);
      },
    }),
    download: () => {
      asked.push("download");
      return available.download ? Promise.resolve(at("/downloaded")) : Promise.reject(new UserError("no such host"));
    },
    make: () => {
      asked.push("make");
      return Promise.resolve(at("/made"));
    },
    made: part === "pulumi" ? "built" : "stand-in",
    vendorAddress: "https://example.com/vendor",
  };
}

const own = vendorParts.filter((part) => part !== "pulumi");

type Row = [mode: Mode, found: boolean, download: boolean, origin: string, asked: string[]];

const others: Row[] = [
  ["auto", true, true, "found", ["find"]],
  ["auto", false, true, "downloaded", ["find", "download"]],
  ["auto", false, false, "stand-in", ["find", "download", "make"]],
  ["vendor", true, false, "found", ["find"]],
  ["vendor", false, true, "downloaded", ["find", "download"]],
  ["standin", true, true, "stand-in", ["make"]],
  ["standin", false, false, "stand-in", ["make"]],
];

const pulumi: Row[] = [
  ["auto", true, true, "found", ["find"]],
  ["auto", false, true, "downloaded", ["find", "kept", "download"]],
  ["auto", false, false, "built", ["find", "kept", "download", "make"]],
  ["vendor", true, true, "found", ["find"]],
  ["vendor", false, true, "downloaded", ["find", "kept", "download"]],
  ["vendor", false, false, "built", ["find", "kept", "download", "make"]],
  ["standin", true, true, "found", ["find"]],
  ["standin", false, true, "built", ["find", "kept", "make"]],
];

describe("choose", () => {
  const rows = [
    ...own.flatMap((part) => others.map((row) => [part, ...row] as const)),
    ...pulumi.map((row) => ["pulumi", ...row] as const),
  ];

  it.each(rows)(
    "%s, mode %s, on this machine: %s, to download: %s -> %s",
    async (part, mode, found, download, origin, asked) => {
      const sources = sourcesOf(part, { found, download });
      const resolved = await choose(part, mode, sources, () => undefined);
      expect(resolved).toMatchObject({ name: part, origin, version: "1.0.0" });
      expect(sources.asked).toEqual(asked);
    },
  );

  it.each(["auto", "vendor", "standin"] as const)(
    "takes what was built earlier without a download or a word, mode %s",
    async (mode) => {
      const lines: string[] = [];
      const sources = sourcesOf("pulumi", { found: false, kept: true, download: true });
      const resolved = await choose("pulumi", mode, sources, (line) => lines.push(line));
      expect(resolved).toMatchObject({ origin: "built", location: "/kept" });
      expect(sources.asked).toEqual(["find", "kept"]);
      expect(lines).toEqual([]);
    },
  );

  it.each(vendorParts)("names %s if it can't be built either, and says where to get the vendor's", async (part) => {
    const make = (): Promise<Located> => Promise.reject(new UserError("Go 1.26 or newer is needed"));
    const sources = { ...sourcesOf(part, { found: false, download: false }), make };
    const error: unknown = await choose(part, "auto", sources, () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(new RegExp(`^${part}: .*https://example.com/vendor[^]*\\nGo 1.26`));
  });

  it.each(own)("refuses a stand-in for %s in mode vendor, and says where to get the vendor's", async (part) => {
    const sources = sourcesOf(part, { found: false, download: false });
    const error: unknown = await choose(part, "vendor", sources, () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as UserError;
    expect(message).toContain(part);
    expect(message).toContain("https://example.com/vendor");
    expect(message).toContain("no such host");
    expect(message).toContain(`${modeVariable(part)}=standin`);
    expect(sources.asked).not.toContain("make");
  });

  it("logs the reason of a failed download once, and not for a remembered failure", async () => {
    const lines: string[] = [];
    const sources = sourcesOf("agent-image", { found: false, download: false });
    await choose("agent-image", "auto", sources, (line) => lines.push(line));
    expect(lines).toEqual(["agent-image: the vendor's can't be downloaded (no such host); using the stand-in."]);
    const old = { ...sources, download: () => Promise.reject(new RecentFailure("no such host")) };
    await choose("agent-image", "auto", old, (line) => lines.push(line));
    expect(lines).toHaveLength(1);
  });

  it("does not treat a defect of its own as a failed download", async () => {
    const sources = { ...sourcesOf("agent-image", { found: false, download: false }) };
    const broken = { ...sources, download: () => Promise.reject(new TypeError("a defect")) };
    await expect(choose("agent-image", "auto", broken, () => undefined)).rejects.toThrow(TypeError);
  });
});
