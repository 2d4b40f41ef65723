import { guideLines } from "./guide";
import { shell, stackTags, type Sample } from "./sample";

const command = shell(
  "cat >/tmp/fpm.conf <<'END'",
  ...["[global]", "error_log = /dev/stderr", "[www]", "user = www-data", "pm = static", "pm.max_children = 2"],
  ...guideLines("php_fpm", 1),
  "END",
  "exec php-fpm8.2 --nodaemonize --fpm-config /tmp/fpm.conf",
);

/** PHP-FPM with the pages of the integration's page. */
export const phpFpmSamples: readonly Sample[] = [
  {
    name: "shop-php",
    command,
    environment: { SERVICE: "php-fpm" },
    exposedPorts: [9000],
    expected: { check: "php_fpm", tags: stackTags },
  },
];
