import { quote } from "../shared/questions";
import type { ExpectedHost } from "./expected";
import type { Facts } from "./facts";
import type { Finding } from "./finding";

/** Names of images that the host no longer has, or has for another image than the container was made from. */
export function imageFindings({ images, containers }: ExpectedHost, facts: Facts): Finding[] {
  const fetched = images.filter(({ name }) => facts.images.get(name) === "");
  const gone = (name: string): string => `the image ${name} is gone from the host`;
  return [
    ...fetched.map(({ urn, name }) => ({ text: gone(name), repair: { done: "pulled again", refresh: [urn] } })),
    ...containers.flatMap(({ id, name: container, image: name }): Finding[] => {
      const there = facts.images.get(name);
      const imageId = facts.containers.find((actual) => actual.id === id)?.imageId;
      if (imageId === undefined || there === undefined || there === imageId) return [];
      if (there !== "") {
        const byHand = `That one comes with the next change of the container. To keep the one that runs: docker tag ${imageId} ${name}`;
        const text = `the image ${name} on the host is another one than that of the container ${container}`;
        return [{ text, repair: {}, byHand, mayBeMeant: true }];
      }
      if (fetched.some((image) => image.name === name)) return [];
      // The container keeps the image itself. A digest can't be given by hand.
      const after = name.includes("@") ? `docker pull --quiet ${quote(name)}` : `docker tag ${imageId} ${quote(name)}`;
      return [{ text: gone(name), repair: { done: "tagged again", after: [after] } }];
    }),
  ];
}

/** An image that is on the host: by its id, since anybody may have given its name to another one. */
export function imageFor({ containers }: ExpectedHost, facts: Facts): string | undefined {
  const ids = containers.flatMap(({ id }) => facts.containers.filter((actual) => actual.id === id));
  return ids[0]?.imageId ?? containers[0]?.image;
}
