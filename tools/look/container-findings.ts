import { setAsideSuffix } from "../../infra/names";
import type { ExpectedContainer, ExpectedHost } from "./expected";
import type { ActualContainer, Facts } from "./facts";
import type { Finding } from "./finding";
import { limitFindings } from "./limit-findings";
import { heldByContainer } from "./mount-findings";
import { networkFindings } from "./network-findings";
import { failedTakeover, namesake, oldContainerRuns, unfinishedReplacement } from "./other-container-findings";

/** What is wrong with a container of the stack, and with another one that has its name. */
export function containerFindings(
  { stack, containers }: ExpectedHost,
  expected: ExpectedContainer,
  facts: Facts,
): Finding[] {
  const { name, id, urn, replaces } = expected;
  const named = facts.containers.find((container) => container.name === name && container.id !== id);
  // Another container of this host's own gets its name back, too.
  const isOwn = containers.some((own) => own.id === named?.id);
  const other = isOwn ? undefined : named;
  const actual = facts.containers.find((container) => container.id === id);
  if (other !== undefined && actual?.name === `${name}${failedTakeover}`) return [oldContainerRuns(name)];
  if (other?.stack === stack && actual?.name.startsWith(`${name}${setAsideSuffix}`) === true) {
    return [unfinishedReplacement(expected, other)];
  }
  // It is removed when the container is created again.
  const leftover = actual === undefined && other?.stack === stack;
  const findings = other === undefined || leftover ? [] : [namesake(name, other)];
  if (leftover) {
    return [
      replaces.includes(other.id)
        ? {
            text: `the old container ${name} runs again after an interrupted up`,
            repair: { done: "the state has it again", takeBack: { urn, id: other.id } },
          }
        : {
            text: `another container ${name} of this stack is there, from an interrupted up or a program that updates containers`,
            repair: { done: "replaced", refresh: [urn] },
          },
    ];
  }
  if (actual === undefined) {
    return [...findings, { text: `the container ${name} is gone`, repair: { done: "created again", refresh: [urn] } }];
  }
  if (actual.name !== name) {
    const makeWay = isOwn ? `docker rename ${name} ${name}.misnamed 2>/dev/null || true; ` : "";
    const after = [`${makeWay}docker rename ${id} ${name}`];
    findings.push({ text: `the container ${name} is named ${actual.name}`, repair: { done: "renamed", after } });
  }
  return [
    ...findings,
    ...networkFindings(expected, actual, facts),
    ...limitFindings(expected, actual, facts),
    ...stateFindings(name, actual, facts),
    ...heldByContainer(expected, facts),
  ];
}

/** A container that the state does not have, since the last `up` did not come to it, or ended before it could say so. */
export function notMade(name: string, { stack }: ExpectedHost, { containers }: Facts): Finding {
  const isThere = containers.some((container) => container.name === name && container.stack === stack);
  return {
    text: isThere
      ? `the container ${name} is not in the stack's state, since the last up was cut off`
      : `the container ${name} was not created, since the last up failed`,
    repair: { done: "created" },
    madeByUp: true,
  };
}

function stateFindings(
  name: string,
  { id, status, exitCode, health }: ActualContainer,
  { stopped }: Pick<Facts, "stopped">,
): Finding[] {
  const restarted = (what: string): Finding[] => [
    { text: `the container ${name} ${what}`, repair: { done: "restarted", after: [`docker restart ${id}`] } },
  ];
  switch (status) {
    case "running":
      // Its health check notices that only after a while.
      if (stopped.has(id)) return restarted("has a process that is stopped (by SIGSTOP)");
      return health === "unhealthy" ? restarted("is unhealthy") : [];
    case "paused": {
      // Its health checks have failed meanwhile, and only a start forgets that at once.
      const after = [`docker unpause ${id}`, ...(health === "unhealthy" ? [`docker restart ${id}`] : [])];
      return [{ text: `the container ${name} is paused`, repair: { done: "resumed", after } }];
    }
    case "restarting": {
      const byHand = `See why on the host: docker logs --tail 20 ${name}`;
      return [{ text: `the container ${name} keeps restarting (exit code ${exitCode})`, repair: {}, byHand }];
    }
    default: {
      const text = `the container ${name} does not run (${status}, exit code ${exitCode})`;
      return [{ text, repair: { done: "started", after: [`docker start ${id}`] } }];
    }
  }
}
