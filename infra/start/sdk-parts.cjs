// @ts-check
/** Gives some exports at once and others when they are first used. */

/**
 * Adds to a module's exports what the SDK's own index adds.
 * @param {Record<string, unknown>} target
 * @param {readonly Record<string, unknown>[]} modules the first one that has a name counts.
 */
exports.addAll = (target, ...modules) => {
  for (const exported of modules) {
    for (const name of Object.keys(exported)) if (!(name in target)) target[name] = exported[name];
  }
};

/**
 * Adds exports whose module is loaded when the first of them is used.
 * @param {Record<string, unknown>} target
 * @param {readonly string[]} names
 * @param {(name: string) => unknown} load
 */
exports.addLater = (target, names, load) => {
  for (const name of names) {
    Object.defineProperty(target, name, { enumerable: true, configurable: true, get: () => load(name) });
  }
};
