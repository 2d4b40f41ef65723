/** The socket filter of a host, if its settings ask for one: haproxy between the engine and the agent and generator. */
export { filterProblems } from "./checks";
export { createFilter, filterFiles, filterFolderScript, filterTrial } from "./filter";
