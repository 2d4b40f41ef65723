import type { Log } from "../../tools/shared/progress";
import { ensureDebianImage, type DebianImage, type DebianRelease } from "./debian-image";

/** The disk image of a test host: Docker, sshd, and CoreOS's user. */
function recipe(release: DebianRelease): DebianImage {
  // In Debian 13 the client is a separate package, which docker.io only recommends.
  const client = release >= 13 ? ["docker-cli"] : [];
  return {
    repository: "datadog-hosts-test-host",
    release,
    packages: ["docker.io", ...client, "openssh-server", "iptables", "iproute2", "ca-certificates", "procps"],
    setup: [
      // Each host gets a key of its own.
      'rm -f "$1"/etc/ssh/ssh_host_*',
      'chroot "$1" groupadd --gid 500 core',
      'chroot "$1" useradd --uid 500 --gid 500 --groups docker --create-home --shell /bin/bash core',
      'chroot "$1" install --directory --owner core --group core --mode 700 /home/core/.ssh',
      'install --directory "$1"/etc/docker',
      // "*" means no password; "!" would lock the account, which sshd refuses.
      `chroot "$1" usermod --password '*' core`,
    ],
  };
}

/** Makes sure that the Docker engine has the image of test hosts; returns its reference. */
export async function ensureHostImage(release: DebianRelease, log: Log): Promise<string> {
  return ensureDebianImage(recipe(release), log);
}
