import { pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** Apache: every container with `SERVICE=apache`, by its server-status page. */
export const apache: Integration = {
  check: inBoth("apache"),
  template: inBoth("apache.tmpl"),
  containers: {
    service: "apache",
    otherNames: ["apache2", "httpd"],
    defaultPort: 80,
    signs: {
      images: ["httpd", "apache", "apache2"],
      programs: ["httpd", "httpd-foreground", "apache2", "apache2-foreground", "apache2ctl", "apachectl"],
      variables: ["HTTPD_VERSION", "APACHE_CONFDIR"],
    },
  },
  followsRedirects: true,
  // A graceful restart.
  statusPage: { service: "apache", file: "apache.conf", ownPort: false, reloadSignal: "USR1" },
  guide: {
    title: "Apache",
    reads: "The check reads Apache's `server-status` page.",
    steps: [
      {
        text: "Let the program generate the page, open to the agent only, and mount it where Apache includes its configuration. [Web servers](../migration.md#web-servers) has the folders of the usual images, and what to write by hand instead.",
        code: {
          language: "sh",
          lines: [
            "docker run -d --name site -e SERVICE=apache --label datadog-hosts.status-page=apache \\",
            "  -v ~/datadog/generated/apache/site:/etc/apache2/conf-enabled:ro IMAGE",
          ],
        },
      },
    ],
    hints: pageHints("/server-status"),
  },
};
