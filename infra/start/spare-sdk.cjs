// @ts-check
/** Switches off what the SDK does for its own developers: on a large fleet it is more than half of the program's time and memory. */
const v8 = require("node:v8");

/**
 * Until a change of the live data by so many percent, V8 lets garbage pile up. Its default is several hundred.
 * Half of the memory of a large fleet's preview is garbage otherwise.
 */
const heapGrowingPercent = 30;

/** Changes the SDK that Pulumi's runner shares with the program. Call it before the program is loaded. */
exports.spareSdk = () => {
  v8.setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);

  // The runner maps each stack trace to the SDK's TypeScript sources. Node.js 20 takes a minute to print in colours an error
  // with such a trace.
  Reflect.deleteProperty(Error, "prepareStackTrace");

  // A stack trace for each promise, ten times a property, to be kept as long as the promise.
  /** @type {any} It is not part of the SDK's public types. */
  const debuggable = require("@pulumi/pulumi/runtime/debuggable");
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (/** @type {unknown[]} */ ...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };

  // Four requests to the engine for each resource, with lines that only `pulumi --debug` shows.
  require("@pulumi/pulumi/log").debug = () => Promise.resolve();

  // Positions in the bundle, in each request and in the state, where they help nobody.
  Object.assign(require("@pulumi/pulumi/resource").Resource, { stackTrace: () => [] });
};
