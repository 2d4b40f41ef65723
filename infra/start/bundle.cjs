// @ts-check
/** Makes one file of JavaScript from a TypeScript program and the packages that it uses. */
const fs = require("node:fs/promises");
const path = require("node:path");

const { packagesFolder, root } = require("./sources.cjs");

/** Loaded as they are: Pulumi's runner shares the SDK with the program; the others have compiled parts, or are seldom used. */
const external = [
  "@pulumi/pulumi/*",
  "@grpc/grpc-js",
  "google-protobuf",
  "google-protobuf/*",
  "esbuild",
  "dockerode",
  "ssh2",
];

/** A program that can't be compiled; its message needs no stack trace. */
class BundleError extends Error {}
exports.BundleError = BundleError;

/**
 * @param {string} entry the program, such as `infra/index.ts`.
 * @returns {Promise<{ text: string, packageFiles: string[] }>} the bundle, and which files below the folder of packages are
 *   in it. The bundle expects `__folderInRepository`, which turns a folder below the root into its full path.
 * @throws BundleError with a line for each problem, with its file and line.
 */
exports.makeBundle = async (entry) => {
  try {
    const { build } = require("esbuild");
    const { outputFiles, metafile } = await build({
      entryPoints: [path.join(root, entry)],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      external,
      // The text is compiled without what `import()` needs; it becomes a `require` that runs as late.
      supported: { "dynamic-import": false },
      plugins: [lightSdk, ownFolders],
      logLevel: "silent",
    });
    const files = Object.keys(metafile.inputs).map((file) => path.relative(packagesFolder(), path.join(root, file)));
    return { text: outputFiles[0]?.text ?? "", packageFiles: files.filter((file) => !file.startsWith("..")) };
  } catch (error) {
    throw new BundleError(describe(entry, error));
  }
};

/**
 * @param {string} entry
 * @param {any} error
 */
function describe(entry, error) {
  /** @type {import("esbuild").Message[]} */
  const problems = error?.errors ?? [];
  const lines = problems.map(({ location, text }) => (location ? `${location.file}:${location.line}: ${text}` : text));
  if (lines.length > 0) return `${entry} can't be compiled:\n${lines.join("\n")}`;
  return `${entry} can't be compiled: ${String(error?.message).split("\n")[0]}\nInstall the packages again (npm ci --ignore-scripts), then run again.`;
}

/** @type {import("esbuild").Plugin} */
const lightSdk = {
  name: "light-sdk",
  setup: ({ onResolve }) => {
    const files = new Map([
      ["@pulumi/pulumi", "sdk.cjs"],
      ["@pulumi/pulumi/runtime", "sdk-runtime.cjs"],
    ]);
    onResolve({ filter: /^@pulumi\/pulumi(\/runtime)?$/ }, ({ path: name }) => ({
      path: path.join(__dirname, files.get(name) ?? ""),
    }));
  },
};

/**
 * Lets each source find what lies beside it, wherever the bundle is.
 * @type {import("esbuild").Plugin}
 */
const ownFolders = {
  name: "own-folders",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const folder = JSON.stringify(path.relative(root, path.dirname(file)));
      const text = await fs.readFile(file, "utf8");
      return { loader: "ts", contents: text.replaceAll(/\b__dirname\b/g, `__folderInRepository(${folder})`) };
    });
  },
};
