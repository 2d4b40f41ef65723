/**
 * Leaves the end of a run to a child process, which finishes its current step first: the terminal sends Ctrl-C to both of
 * them, and this process ignores it. Call it before the child is started.
 * @param passOn called at SIGTERM, which this process gets alone, and at SIGHUP, by which a terminal tells that it is gone.
 * @param notice called at each of the three. Default: nothing.
 * @returns ends this.
 */
export function leaveSignals(passOn: () => void, notice: () => void = () => undefined): () => void {
  const onTerm = (): void => {
    notice();
    passOn();
  };
  process.on("SIGINT", notice);
  process.on("SIGTERM", onTerm).on("SIGHUP", onTerm);
  return () => {
    process.removeListener("SIGINT", notice);
    process.removeListener("SIGTERM", onTerm).removeListener("SIGHUP", onTerm);
  };
}
