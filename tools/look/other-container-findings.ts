import { quote } from "../shared/questions";
import type { ExpectedContainer } from "./expected";
import type { ActualContainer } from "./facts";
import type { Finding } from "./finding";

/** The end of the name that a container of ours has after a takeover that failed; templates/host/put-back.sh gives it. */
export const failedTakeover = ".failed-takeover";

/** An `up` has replaced a container, and was killed before the state was written. The next one has to start with the state. */
export function unfinishedReplacement({ name, id, restart }: ExpectedContainer, successor: ActualContainer): Finding {
  const goBack = [
    `docker rm --force ${successor.id}`,
    `docker rename ${id} ${name}`,
    `docker update --restart ${quote(restart)} ${id}`,
    `docker start ${id}`,
  ];
  return {
    text: `the container ${name} was replaced by an interrupted up, and the state has the old one`,
    repair: { done: "the old one runs again", after: [goBack.join(" && ")] },
  };
}

/** The takeover that `up` does again needs the old container where it is. */
export function oldContainerRuns(name: string): Finding {
  const text = `the takeover failed, and the old container ${name} runs`;
  return { text, repair: {}, byHand: "Run make up to try again." };
}

/** A container that is not this stack's, under the name of one that is. */
export function namesake(name: string, other: ActualContainer): Finding {
  const text = `another container (of the image ${other.image}) is named ${name}`;
  if (other.stack !== "") {
    return { text: `${text}, of stack ${other.stack}`, repair: {}, byHand: `Remove one of the two, then run again.` };
  }
  const aside = `${name}.set-aside-${other.id.slice(0, 12)}`;
  const after = [`docker rename ${other.id} ${aside}`, `docker stop ${other.id}`];
  return { text, repair: { done: `stopped and renamed ${aside}`, after } };
}
