import type { Plot } from "./plot";
import { median, quantile, type Results } from "./results";

/** First deploys on the plain link, by hosts. */
export function deployPlot({ deploys }: Results): Plot {
  const first = comparable(deploys.filter(({ scenario, delay }) => scenario === "first" && delay === 0));
  const series = [...new Set(first.map(({ contender }) => contender))].map((contender) => {
    const own = first.filter((figure) => figure.contender === contender);
    return {
      name: mark(
        contender,
        own.some(({ standIns }) => standIns.length > 0),
      ),
      points: own.map(({ hosts, runs }) => [hosts, median(runs.map(({ wall }) => wall))] as const),
    };
  });
  // A program that can have one host alone is a point, and says nothing of growth.
  return {
    title: "First deploy",
    across: "hosts",
    up: "seconds",
    series: series.filter(({ points }) => points.length > 1),
  };
}

/** From a container's start to the generated file, by containers that are there. */
export function reactionPlot({ reactions }: Results): Plot {
  const starts = comparable(
    reactions.filter(({ what, seconds }) => what === "start, to the file" && seconds.length > 0),
  );
  const series = [...new Set(starts.map(({ contender }) => contender))].flatMap((contender) => {
    const own = starts.filter((figure) => figure.contender === contender);
    const name = mark(
      contender,
      own.some(({ standIns }) => standIns.length > 0),
    );
    return ([0.5, 0.99] as const).map((part) => ({
      name: `${name}, p${part * 100}`,
      points: own.map(({ containers, seconds }) => [containers, quantile(seconds, part)] as const),
    }));
  });
  return { title: "A started container in the file", across: "containers there", up: "seconds", series };
}

/** Figures that rest on stand-ins, if there are any: they don't stand beside others. */
function comparable<Figure extends { readonly standIns: readonly string[] }>(figures: readonly Figure[]): Figure[] {
  const marked = figures.filter(({ standIns }) => standIns.length > 0);
  return marked.length > 0 ? marked : [...figures];
}

const mark = (name: string, restsOnStandIns: boolean): string => (restsOnStandIns ? `${name} (stand-ins)` : name);
