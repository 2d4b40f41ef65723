import type { FileTimes } from "./times-file";

/** The times as a table, the longest file first, with a line for each layer below; all in whole seconds. */
export function timesTable(times: readonly FileTimes[]): string {
  const longestFirst = [...times].sort((a, b) => b.seconds - a.seconds || (a.file < b.file ? -1 : 1));
  const layers = new Map<string, FileTimes>();
  for (const each of times) {
    const layer = each.file.split("/")[1] ?? each.file;
    const before = layers.get(layer) ?? { file: layer, seconds: 0, own: 0, programs: 0 };
    layers.set(layer, {
      file: layer,
      seconds: before.seconds + each.seconds,
      own: before.own + each.own,
      programs: before.programs + each.programs,
    });
  }
  const head = "seconds  waiting    tests  programs";
  const lines = longestFirst.filter(({ seconds }) => seconds >= 1).map(line);
  return [`${head}  file`, ...lines, "", `${head}  layer`, ...[...layers.values()].map(line)].join("\n");
}

function line({ file, seconds, own, programs }: FileTimes): string {
  const waiting = Math.max(0, seconds - own - programs);
  const [a, b, c, d] = [seconds, waiting, own, programs].map((value) => Math.round(value).toString());
  return `${a?.padStart(7)}  ${b?.padStart(7)}  ${c?.padStart(7)}  ${d?.padStart(8)}  ${file}`;
}
