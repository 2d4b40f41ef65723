import { pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** PHP-FPM: every container with `SERVICE=php-fpm`, by the status page of a pool. */
export const phpFpm: Integration = {
  check: inBoth("php_fpm"),
  template: inBoth("php_fpm.tmpl"),
  containers: {
    service: "php-fpm",
    otherNames: ["php_fpm", "php"],
    defaultPort: 9000,
    signs: {
      images: ["php-fpm"],
      programs: ["php-fpm", "php-fpm7.4", "php-fpm8.0", "php-fpm8.1", "php-fpm8.2", "php-fpm8.3", "php-fpm8.4"],
      variables: [],
    },
  },
  followsRedirects: true,
  guide: {
    title: "PHP-FPM",
    reads:
      "The check reads a pool's status page and asks for its ping page. Generation 7 speaks FastCGI with the pool itself, unless the container declares a scheme; generation 5 asks a web server in front of it, for which the container has to declare a scheme or another port than 9000.",
    steps: [
      {
        text: "Turn on both pages in the pool's configuration, and let the pool listen on the container's network.",
        code: {
          language: "ini",
          lines: ["listen = 9000", "pm.status_path = /status", "ping.path = /ping"],
        },
      },
      {
        text: "Only where a web server is asked: pass both pages on to the pool, for the agent's addresses alone.",
        code: {
          language: "nginx",
          lines: [
            "location ~ ^/(status|ping)$ {",
            "  allow 172.16.0.0/12;",
            "  deny all;",
            "  include fastcgi_params;",
            "  fastcgi_param SCRIPT_FILENAME $fastcgi_script_name;",
            "  fastcgi_pass 127.0.0.1:9000;",
            "}",
          ],
        },
      },
    ],
    hints: [
      { hint: "scheme", meaning: "`http` or `https`: a web server is asked; default: FastCGI (generation 5: `http`)" },
      ...pageHints("/status").filter(({ hint }) => hint !== "scheme"),
    ],
    notes: [
      "The ping page is the status page's neighbour: `/ping` beside `/status`, `/fpm-ping` beside `/fpm-status`, `/fpm/ping` beside `/fpm/state`. If the pages do not answer, the check reports the service check `php_fpm.can_ping` as critical, and no error of its own.",
    ],
  },
};
