import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const modules = resolve(__dirname, "..", "..", "node_modules");

/** The smallest program with both plugins: what a preview costs whatever it is a preview of. */
const files = {
  "Pulumi.yaml": "name: floor\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "floor", main: "index.ts" }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { module: "node16", moduleResolution: "node16", strict: true } }),
  "index.ts": `import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";

const provider = new docker.Provider("docker", { host: "ssh://core@192.0.2.1:22" });
new docker.RemoteImage("image", { name: "redis", keepLocally: true }, { provider });
new command.remote.Command("command", { connection: { host: "192.0.2.1", user: "core" }, create: "true" });
`,
};

/** A folder with the smallest program, and a state of its own in `state`. */
export class FloorProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "floor-"));

  constructor() {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.folder, file), text);
    mkdirSync(join(this.folder, "state"));
    symlinkSync(modules, join(this.folder, "node_modules"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
