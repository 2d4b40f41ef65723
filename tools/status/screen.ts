/** A stream that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean;
  /** A terminal's width. */
  readonly columns?: number;
}

/**
 * Shows how far something is, in the last line of a terminal, which the next text replaces. Elsewhere it does nothing.
 * @param text empty: the line is cleared.
 */
export function showProgress(
  screen: Screen & { write(text: string): unknown },
  text: string,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  if (takesEscapes(screen, environment)) screen.write(`\r\u001b[K${text}`);
}

/** The width of what is not a terminal, in columns. */
const usualWidth = 80;

/** The width for text on a stream, in columns: a terminal's own, else 80. */
export function widthOfScreen({ isTTY = false, columns }: Screen): number {
  return isTTY && columns !== undefined && columns > 0 ? columns : usualWidth;
}

/** Whether a stream is a terminal that understands escape sequences, which move the cursor and set colours. */
export function takesEscapes({ isTTY = false }: Screen, { TERM }: NodeJS.ProcessEnv): boolean {
  return isTTY && TERM !== "dumb";
}

/** Whether to use colours: only on a terminal that has some, and not if NO_COLOR is set (https://no-color.org). */
export function usesColours(screen: Screen, environment: NodeJS.ProcessEnv): boolean {
  return takesEscapes(screen, environment) && (environment["NO_COLOR"] ?? "") === "";
}
