import { testGeneration } from "./support/generation";

testGeneration(5);
