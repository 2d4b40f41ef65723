import type { Log } from "../../tools/shared/progress";
import { ensureDebianImage } from "./debian-image";

/**
 * Makes sure that the Docker engine has an image with RabbitMQ from Debian's packages; returns its reference. It is an image
 * of its own because it is larger than all other services together, and only contract tests need it.
 */
export async function ensureRabbitmqImage(log: Log): Promise<string> {
  return ensureDebianImage(
    {
      repository: "datadog-hosts-rabbitmq",
      release: 12,
      packages: ["rabbitmq-server"],
      setup: ['rm -rf "$1"/usr/lib/python3* "$1"/usr/lib/systemd "$1"/usr/lib/*/systemd "$1"/usr/lib/*/gconv'],
    },
    log,
  );
}
