import type { ExpectedContainer, ExpectedHost } from "./expected";
import type { Facts } from "./facts";
import type { Finding } from "./finding";

/** Folders that a container of ours has mounted, and that were removed and made again since. */
export function heldByContainer({ name, id }: ExpectedContainer, { mounted }: Facts): Finding[] {
  return mounted
    .filter(
      ({ container, inside, outside }) =>
        container === id && inside !== undefined && outside !== "" && inside !== outside,
    )
    .map(({ source }) => ({
      text: `the container ${name} mounts a removed ${source}`,
      repair: { done: "restarted", after: [`docker restart ${id}`] },
    }));
}

/** The same in the containers of applications, which only their owners restart. */
export function heldByApplications({ containers }: ExpectedHost, { mounted, containers: actual }: Facts): Finding[] {
  const ours = new Set(containers.map(({ id }) => id));
  return mounted
    .filter(({ container, inside, outside }) => !ours.has(container) && inside !== undefined && inside !== outside)
    .map(({ container, source }) => {
      const name = actual.find(({ id }) => id === container)?.name ?? container;
      return {
        text: `the container ${name} mounts a removed ${source}, and what is published there does not reach it`,
        repair: {},
        byHand: `Restart it on the host: docker restart ${name}`,
        ofApplication: true,
      };
    });
}
