/**
 * Leaves the end of a run to a child process, which finishes its current step first: the terminal sends Ctrl-C to both of
 * them, and this process ignores it. Call it before the child is started.
 * @param passOn called at SIGTERM, which this process gets alone.
 * @param notice called at each of the two. Default: nothing.
 * @returns ends this.
 */
export function leaveSignals(passOn: () => void, notice: () => void = () => undefined): () => void {
  const onTerm = (): void => {
    notice();
    passOn();
  };
  process.on("SIGINT", notice);
  process.on("SIGTERM", onTerm);
  return () => {
    process.removeListener("SIGINT", notice);
    process.removeListener("SIGTERM", onTerm);
  };
}
