import { guideLines } from "./guide";
import { blogTags, sampleNetwork, shell, stackTags, type Sample } from "./sample";

/** A pool with the pages of the integration's page. */
const pool = (...global: string[]): string[] => [
  "cat >/tmp/fpm.conf <<'END'",
  ...["[global]", "error_log = /dev/stderr", ...global],
  ...["[www]", "user = www-data", "pm = static", "pm.max_children = 2"],
  ...guideLines("php_fpm", 1),
  "END",
];

/** The pool's web server, which passes both pages on. */
export const phpFpmBehindNginx = shell(
  ...pool("daemonize = yes"),
  "cat >/tmp/nginx.conf <<'END'",
  ...["daemon off;", "events {}", "http { server { listen 80;"],
  ...guideLines("php_fpm", 2).map((line) => line.replace("include ", "include /etc/nginx/")),
  ...["} }", "END"],
  "php-fpm8.2 --fpm-config /tmp/fpm.conf",
  "exec nginx -c /tmp/nginx.conf",
);

/** PHP-FPM by FastCGI, which generation 5 does not speak, and by a web server. */
export const phpFpmSamples: readonly Sample[] = [
  {
    name: "shop-php",
    command: shell(...pool(), "exec php-fpm8.2 --nodaemonize --fpm-config /tmp/fpm.conf"),
    environment: { SERVICE: "php-fpm" },
    exposedPorts: [9000],
    expected: { check: "php_fpm", tags: stackTags },
  },
  {
    name: "blog-php",
    command: phpFpmBehindNginx,
    environment: { SERVICE: "php-fpm", PROJECT: "blog", ENVIRONMENT: "production", STATUS_SCHEME: "http" },
    exposedPorts: [80],
    network: sampleNetwork,
    expected: { check: "php_fpm", tags: blogTags },
  },
];
