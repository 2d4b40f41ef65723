// @ts-check
/**
 * Node.js loads this before Pulumi's runner (`nodeargs` in Pulumi.yaml). It switches off what the runner does at its own start
 * for other programs, a twelfth of a preview's processor time.
 */

// The runner connects the process to its own debugger, to serialise functions. Without this, it does so when the first one is
// serialised.
Object.assign(require("@pulumi/pulumi/runtime/closure/v8Hooks"), { isInitializedAsync: () => Promise.resolve() });

// The runner reads the source maps of the SDK for the stack trace of the stack's own resource. `spareSdk` ends this.
Object.defineProperty(Error, "prepareStackTrace", { configurable: true, get: () => undefined, set: () => undefined });
