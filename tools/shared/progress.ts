import { shownLines } from "./shown";

/** Takes one line of progress, without its line end. */
export type Log = (line: string) => void;

/** Prints to stderr: stdout belongs to a tool's result. Lines may come from another program or a host. */
export const logToStderr: Log = (line) => process.stderr.write(`${shownLines(line)}\n`);

/** Says nothing. */
export const silent: Log = () => undefined;

/**
 * Runs a step that may last: logs its title when it is not done after 1.5 s, then every 5 s how long it has taken and
 * what it does (the last text handed to `report`), and at its end how long it took. A quick step logs nothing.
 */
export async function step<T>(
  title: string,
  log: Log,
  work: (report: (doing: string) => void) => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - start) / 1000)} s`;
  let doing = "";
  const shown = { title: false };
  const first = setTimeout(() => {
    shown.title = true;
    log(`${title} ...`);
  }, 1500);
  const ticker = setInterval(() => log(`  ${title}: ${seconds()}${doing === "" ? "" : `, ${doing}`}`), 5000);
  try {
    const result = await work((text) => {
      doing = shorten(text);
    });
    if (shown.title) log(`  ${title}: done in ${seconds()}`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(ticker);
  }
}

function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
