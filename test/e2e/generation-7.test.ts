import { testGeneration } from "./support/generation";

// The host comes from generation 5, as those of many users do.
testGeneration(7, 5);
