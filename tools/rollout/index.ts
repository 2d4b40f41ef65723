/**
 * The proof after a change: compares what hosts collect before and after it, and restores the state of those that went back.
 */
export { Rollout } from "./rollout";
