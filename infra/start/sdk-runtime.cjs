// @ts-check
/** `@pulumi/pulumi/runtime` in the same way; see sdk.cjs. */
const { addAll, addLater } = require("./sdk-parts.cjs");

/** @returns {Record<string, unknown>} */
const serialization = () => require("@pulumi/pulumi/runtime/closure/serializeClosure");

addLater(exports, ["serializeFunctionAsync", "serializeFunction"], (name) => serialization()[name]);
addLater(exports, ["computeCodePaths"], () => require("@pulumi/pulumi/runtime/closure/codePaths").computeCodePaths);
addLater(exports, ["setMocks"], () => require("@pulumi/pulumi/runtime/mocks").setMocks);
addAll(
  exports,
  require("@pulumi/pulumi/runtime/config"),
  require("@pulumi/pulumi/runtime/invoke"),
  require("@pulumi/pulumi/runtime/resource"),
  require("@pulumi/pulumi/runtime/rpc"),
  require("@pulumi/pulumi/runtime/settings"),
  require("@pulumi/pulumi/runtime/stack"),
);
