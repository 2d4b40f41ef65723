/**
 * Leaves the end of a run to a child process, which finishes its current step first: the terminal sends Ctrl-C to both of
 * them, and this process ignores it. Call it before the child is started.
 * @param passOn called at SIGTERM, which this process gets alone.
 * @returns ends this.
 */
export function leaveSignals(passOn: () => void): () => void {
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  process.on("SIGTERM", passOn);
  return () => {
    process.removeListener("SIGINT", ignore);
    process.removeListener("SIGTERM", passOn);
  };
}
