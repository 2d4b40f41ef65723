/**
 * The lines that ssh wrote itself; the whole text if there are none. ssh ends its own lines with CR and LF (log.c), while a
 * host's banner, which may say anything, keeps the line ends that it has on the host.
 * @param stderr what ssh wrote to its standard error.
 */
export function sshLines(stderr: string): string {
  const own = stderr.split("\n").filter((line) => line.endsWith("\r"));
  return own.length === 0 ? stderr : own.map((line) => line.slice(0, -1)).join("\n");
}

/** What came after the login: the output of the command on the host, without the banner that the host shows before. */
export function afterLogin(stderr: string): string {
  return stderr.slice(/^Authenticated to .*$/m.exec(stderr)?.index ?? 0);
}

/** The lines of ssh's standard error, without those that it always writes at log levels up to DEBUG1. */
export function errorLines(stderr: string): string[] {
  return stderr
    .split(/\r?\n/)
    .filter(
      (line) =>
        line.trim() !== "" && !/^(Authenticated to |Transferred: |Bytes per second: |debug1: |OpenSSH_)/.test(line),
    );
}
