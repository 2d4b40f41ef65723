/** A terminal's colours. */
interface Theme {
  readonly background: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly command: string;
}

/** The pictures of a run, by file name. */
const themes: Readonly<Record<string, Theme>> = {
  "light.svg": { background: "#f6f8fa", border: "#d0d7de", text: "#1f2328", muted: "#59636e", command: "#0550ae" },
  "dark.svg": { background: "#151b23", border: "#3d444d", text: "#d1d7e0", muted: "#9198a1", command: "#79c0ff" },
};

/** Sizes in pixels. A character of the usual monospace fonts is 0.6 of the font's size wide, or a little more. */
const fontSize = 13;
const characterWidth = 7.83;
const lineHeight = 19;
const margin = 18;

/**
 * Draws pictures of a terminal as SVG, for light and dark pages.
 * @param recorded the output of `make record`. A line that begins with `$ ` or `NAME$ ` is a command, typed on this machine or on
 *   the host NAME; the lines below it are its output.
 * @returns the texts of the files, by their names in `docs/picture`.
 */
export function pictures(recorded: string): Record<string, string> {
  return Object.fromEntries(Object.entries(themes).map(([file, theme]) => [file, picture(recorded, theme)]));
}

function picture(recorded: string, { background, border, text, muted, command }: Theme): string {
  const lines = recorded.trimEnd().split("\n");
  const width = Math.ceil(Math.max(...lines.map(({ length }) => length)) * characterWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin - (lineHeight - fontSize);
  return [
    "<!-- Made by `make docs` from docs/picture/run.txt, the output of a real run that `make record` records. -->",
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal with the output of make sandbox and make status">`,
    "<style>",
    `text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: ${text}; white-space: pre }`,
    `.prompt, .heading { fill: ${muted} }`,
    `.command { fill: ${command}; font-weight: bold }`,
    "</style>",
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" fill="${background}" stroke="${border}"/>`,
    ...lines.flatMap((line, index) => draw(line, margin + fontSize - 2 + index * lineHeight)),
    "</svg>",
    "",
  ].join("\n");
}

function draw(line: string, y: number): string[] {
  if (line === "") return [];
  const [, prompt, command] = /^(\S*\$ )(.*)$/.exec(line) ?? [];
  const heading = /^(\S+: | {6})/.test(line) ? ' class="heading"' : "";
  const content =
    prompt === undefined || command === undefined
      ? escape(line)
      : `<tspan class="prompt">${escape(prompt)}</tspan><tspan class="command">${escape(command)}</tspan>`;
  return [`<text x="${margin}" y="${y}" xml:space="preserve"${heading}>${content}</text>`];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
