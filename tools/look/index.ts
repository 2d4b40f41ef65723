/** Whether hosts are as `up` has left them, and how they come to be so again. */
export { describeLooks, lookAtHost, lookAtHosts, readState, type HostLook } from "./look";
export { mendHost, type MendedHost } from "./mend";
export type { Finding } from "./findings";
