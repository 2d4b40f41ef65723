/** Finds out whether hosts are as `up` left them, and repairs them. */
export {
  describeLooks,
  hostsToLookAt,
  lookAtHost,
  lookAtHosts,
  onHost,
  readLook,
  readState,
  requireState,
  type HostLook,
} from "./look";
export { neverMade, neverMadeText } from "./listed-hosts";
export { lookScript } from "./script";
export { remedyOf } from "./remedy";
export type { ExpectedHost } from "./expected";
export { isRepaired, repairHost, type RepairedHost } from "./repair";
export type { Finding } from "./finding";
