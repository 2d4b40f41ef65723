/** The proof after a change: what hosts collected before, whether they still do, and the state of those that went back. */
export { Rollout } from "./rollout";
