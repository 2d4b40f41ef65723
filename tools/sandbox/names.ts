/** The owner of the sandbox's test hosts: `make sandbox-down` removes everything with this owner's label. */
export const sandboxOwner = "sandbox";

/** The sandbox's test host. */
export const sandboxHost = "sandbox-1";

/** The sandbox's stack: git ignores its file because of the prefix. */
export const sandboxStack = "sandbox-staging";
