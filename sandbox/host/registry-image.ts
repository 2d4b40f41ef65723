import type { Log } from "../../tools/shared/progress";
import { ensureDebianImage } from "./debian-image";

/**
 * Makes sure that the Docker engine has an image with docker-registry from Debian's packages, and `htpasswd` for its users;
 * returns its reference.
 */
export async function ensureRegistryImage(log: Log): Promise<string> {
  return ensureDebianImage(
    { repository: "datadog-hosts-registry", release: 12, packages: ["docker-registry", "apache2-utils"], setup: [] },
    log,
  );
}
