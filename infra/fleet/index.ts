/** The hosts of a stack: the resources of each host, and the order in which hosts change, with the canary first. */
export { checkFleet } from "./checks";
export { reportFailedResourcesBriefly } from "./failed-resources";
export { watchFleet } from "./fleet";
export { hostOutput, type HostOutput } from "./outputs";
export { proofSocketVariable, type ProofAnswer, type ProofRequest } from "./proof";
export { sweepScript } from "./sweep";
