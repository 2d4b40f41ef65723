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
export function showProgress(screen: Screen & { write(text: string): unknown }, text: string): void {
  if (screen.isTTY === true) screen.write(`\r\u001b[K${text}`);
}

/** The width of what is not a terminal, in columns. */
const usualWidth = 80;

/** The width for text on a stream, in columns: a terminal's own, else 80. */
export function widthOfScreen({ isTTY = false, columns }: Screen): number {
  return isTTY && columns !== undefined && columns > 0 ? columns : usualWidth;
}

/** Whether to use colours: only on a terminal, and not if NO_COLOR is set (https://no-color.org) or the terminal has none. */
export function usesColours({ isTTY = false }: Screen, { NO_COLOR = "", TERM }: NodeJS.ProcessEnv): boolean {
  return isTTY && NO_COLOR === "" && TERM !== "dumb";
}
