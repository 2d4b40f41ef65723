/** Lines over a common axis. */
export interface Plot {
  readonly title: string;
  /** What the axes count. */
  readonly across: string;
  readonly up: string;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[];
}

/** Colours of a page, and of the lines on it. */
interface Theme {
  readonly text: string;
  readonly grid: string;
  readonly lines: readonly string[];
}

/** The colours of GitHub's pages; the lines differ in lightness too. */
export const themes = {
  light: {
    text: "#1f2328",
    grid: "#d0d7de",
    lines: ["#0550ae", "#bc4c00", "#1a7f37", "#8250df", "#57606a", "#a40e26"],
  },
  dark: { text: "#d1d7e0", grid: "#3d444d", lines: ["#79c0ff", "#f0883e", "#56d364", "#d2a8ff", "#9198a1", "#ff7b72"] },
} as const satisfies Readonly<Record<string, Theme>>;

/** In pixels. */
const size = { width: 640, height: 320, left: 48, right: 16, top: 34, bottom: 40, legendLine: 18 };

/** A plot as SVG, with a transparent background. The same plot gives the same text. */
export function drawPlot({ title, across, up, series }: Plot, theme: keyof typeof themes): string {
  const { text, grid, lines } = themes[theme];
  const points = series.flatMap((one) => one.points);
  const most = { x: Math.max(1, ...points.map(([x]) => x)), y: niceCeiling(Math.max(0, ...points.map(([, y]) => y))) };
  const height = size.height + series.length * size.legendLine;
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const x = (value: number): string => (size.left + (inner.width * value) / most.x).toFixed(1);
  const y = (value: number): string => (size.top + inner.height * (1 - value / most.y)).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most.y);
  const places = [...new Set(points.map(([at]) => at))].sort((a, b) => a - b);
  return [
    "<!-- Made by `make bench-plots` from docs/picture/bench.json. -->",
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" role="img" aria-label="${escape(`${title}: ${up} by ${across}`)}">`,
    `<style>text { font: 13px system-ui, sans-serif; fill: ${text} } line { stroke: ${grid} } polyline { fill: none; stroke-width: 2 }</style>`,
    `<text x="${size.left}" y="18" font-weight="bold">${escape(title)}, ${escape(up)}</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(tick)}" y2="${y(tick)}"/>`,
      `<text x="${size.left - 6}" y="${y(tick)}" dy="4" text-anchor="end">${String(Number(tick.toPrecision(3)))}</text>`,
    ]),
    ...places.map(
      (place) => `<text x="${x(place)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${place}</text>`,
    ),
    `<text x="${size.width - size.right}" y="${size.height - 6}" text-anchor="end">${escape(across)}</text>`,
    ...series.flatMap(({ name, points: own }, index) => {
      const colour = lines[index % lines.length] ?? text;
      const drawn = [...own].sort(([a], [b]) => a - b);
      const legend = size.height + 6 + index * size.legendLine;
      return [
        `<polyline stroke="${colour}" points="${drawn.map(([a, b]) => `${x(a)},${y(b)}`).join(" ")}"/>`,
        ...drawn.map(([a, b]) => `<circle cx="${x(a)}" cy="${y(b)}" r="3.5" fill="${colour}"/>`),
        `<circle cx="${size.left + 6}" cy="${legend}" r="5" fill="${colour}"/>`,
        `<text x="${size.left + 18}" y="${legend}" dy="4">${escape(name)}</text>`,
      ];
    }),
    "</svg>",
    "",
  ].join("\n");
}

/** The next number whose quarters are round. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((factor) => factor * magnitude >= value) ?? 10) * magnitude;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
