import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const modules = resolve(__dirname, "..", "..", "node_modules");

/** The host that a program uses. */
export interface FloorHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `ssh-ed25519 AAAA…`: a host with another key is refused. */
  readonly hostKey: string;
  /** Default: what ssh finds by itself. */
  readonly keyFile?: string;
}

/** A host that does not exist: enough for a preview. */
const nowhere: FloorHost = {
  address: "192.0.2.1",
  port: 22,
  user: "core",
  hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

/** The image of the docker resource. Whoever deploys it puts it onto the host. */
export const floorImage = "floor:1";

/** Small programs: what a run costs whatever it is a run of. */
export const floors: Readonly<
  Record<"empty program" | "one docker and one command resource", (host: FloorHost) => string>
> = {
  "empty program": () => "export const nothing = true;\n",
  "one docker and one command resource": (host: FloorHost) => `import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";

const { address, port, user, hostKey, keyFile } = ${JSON.stringify(host)} as { address: string; port: number; user: string; hostKey: string; keyFile?: string };
const verified = ["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/dev/null", "-o", \`KnownHostsCommand=/usr/bin/env echo %H \${hostKey}\`];
const provider = new docker.Provider("docker", {
  host: \`ssh://\${user}@\${address}:\${port}\`,
  sshOpts: keyFile === undefined ? [] : ["-i", keyFile, ...verified],
});
const image = ${JSON.stringify(floorImage)};
new docker.RemoteImage("image", { name: image, keepLocally: true }, { provider });
const connection = { host: address, port, user, hostKey, ...(keyFile && { privateKey: readFileSync(keyFile, "utf8") }) };
new command.remote.Command("command", { connection, create: "true" });
`,
};

/** A program with many resources that say next to nothing: what a large fleet costs whatever its resources are. */
export function manyCommands(count: number): string {
  return `import * as command from "@pulumi/command";

for (let index = 0; index < ${count}; index++) {
  new command.remote.Command("command-" + index, { connection: { host: "192.0.2.1", user: "core" }, create: "true" });
}
`;
}

/** A folder with a small program, and a state of its own in `state`. */
export class FloorProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "floor-"));

  /** @param program its text. Default: one docker and one command resource, on a host that does not exist. */
  constructor(program = floors["one docker and one command resource"](nowhere)) {
    const files = {
      "Pulumi.yaml": "name: floor\nruntime: nodejs\n",
      "package.json": JSON.stringify({ name: "floor", main: "index.ts" }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { module: "node16", moduleResolution: "node16", strict: true },
      }),
      "index.ts": program,
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.folder, file), text);
    mkdirSync(join(this.folder, "state"));
    symlinkSync(modules, join(this.folder, "node_modules"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
