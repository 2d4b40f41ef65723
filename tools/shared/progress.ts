import { shownLines } from "./shown";

/** Receives one line of progress, without its line end. */
export type Log = (line: string) => void;

/** Prints to stderr: stdout belongs to a tool's result. Lines may come from another program or a host. */
export const logToStderr: Log = (line) => process.stderr.write(`${shownLines(line)}\n`);

/** Logs nothing. */
export const silent: Log = () => undefined;

/**
 * Runs a step that may take long. It logs the title after 1.5 s, then every 5 s the time so far and the current activity
 * (the last text passed to `report`), and at the end the total time. A quick step logs nothing.
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
