// @ts-check
/**
 * `@pulumi/pulumi` without what only its other users need: automation, dynamic providers and the serialisation of
 * functions bring npm's package manager and the TypeScript compiler, half of a preview's start. They are loaded at their first use.
 */
const { addAll, addLater } = require("./sdk-parts.cjs");

addAll(
  exports,
  require("@pulumi/pulumi/config"),
  require("@pulumi/pulumi/errors"),
  require("@pulumi/pulumi/metadata"),
  require("@pulumi/pulumi/output"),
  require("@pulumi/pulumi/resource"),
  require("@pulumi/pulumi/stackReference"),
  require("@pulumi/pulumi/stash"),
);
exports.asset = require("@pulumi/pulumi/asset");
exports.iterable = require("@pulumi/pulumi/iterable");
exports.log = require("@pulumi/pulumi/log");
exports.runtime = require("./sdk-runtime.cjs");
exports.utils = require("@pulumi/pulumi/utils");
addLater(exports, ["automation"], () => require("@pulumi/pulumi/automation"));
addLater(exports, ["dynamic"], () => require("@pulumi/pulumi/dynamic"));
addLater(exports, ["provider"], () => require("@pulumi/pulumi/provider"));
exports.deploymentOnlyModule = true;
