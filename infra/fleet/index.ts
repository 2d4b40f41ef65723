/** The hosts of a stack: what each one gets and in which order, and the canary that goes first. */
export { reportFailedResourcesBriefly } from "./failed-resources";
export { watchFleet } from "./fleet";
export { hostOutput, type HostOutput } from "./outputs";
export { proofSocketVariable, type ProofAnswer, type ProofRequest } from "./proof";
export { sweepScript } from "./sweep";
