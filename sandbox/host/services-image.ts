import type { Log } from "../../tools/shared/progress";
import { ensureDebianImage, type DebianImage } from "./debian-image";

/** The real services of the sample applications, in one image; the container's command starts one of them. */
const services: DebianImage = {
  repository: "datadog-hosts-services",
  release: 12,
  packages: [
    ...["redis-server", "nginx-light", "apache2", "memcached", "postgresql", "procps"],
    ...["mariadb-server-core", "haproxy", "php-fpm", "etcd-server"],
  ],
  setup: [
    // Half of the image is not needed, and each test host loads it: PostgreSQL's just-in-time compiler,
    'rm -rf "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/*/libz3* "$1"/usr/lib/postgresql/*/lib/llvmjit* "$1"/usr/lib/postgresql/*/lib/bitcode',
    // the sources of locales, and Perl's modules, which only Debian's wrappers of PostgreSQL's programs use.
    'rm -rf "$1"/usr/share/i18n "$1"/usr/share/perl "$1"/usr/lib/*/perl "$1"/usr/lib/*/libperl.so*',
    // and dependencies of php-fpm and mariadb: PHP for the shell, file types, systemd, Python and further character sets.
    'rm -rf "$1"/usr/bin/php* "$1"/usr/lib/file "$1"/usr/lib/systemd "$1"/usr/lib/*/systemd "$1"/usr/lib/python3* "$1"/usr/lib/*/gconv',
    // The example cluster: samples create their own, with a password.
    'rm -rf "$1"/var/lib/postgresql/*/main "$1"/etc/postgresql/*/main',
  ],
  // PostgreSQL's own programs take precedence over the wrappers.
  changes: ["ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
};

/**
 * Makes sure that the Docker engine has the image with redis-server, nginx, apache2, memcached, postgresql, mariadbd,
 * haproxy, php-fpm and etcd from Debian's packages; returns its reference. It exposes no port and has no command: set both when you create a container.
 */
export async function ensureServicesImage(log: Log): Promise<string> {
  return ensureDebianImage(services, log);
}
