/** Who owns the sandbox's test hosts: `make sandbox-down` removes what carries this owner's label. */
export const sandboxOwner = "sandbox";

/** The sandbox's test host. */
export const sandboxHost = "sandbox-1";

/** The sandbox's stack: the name's beginning keeps its file out of git. */
export const sandboxStack = "sandbox-staging";
