import { inBoth, type Integration } from "./integration";

/** Apache: every container with `SERVICE=apache`, by its server-status page. */
export const apache: Integration = {
  check: inBoth("apache"),
  template: inBoth("apache.tmpl"),
  containers: {
    service: "apache",
    defaultPort: 80,
    signs: {
      images: ["httpd", "apache", "apache2"],
      programs: ["httpd", "httpd-foreground", "apache2", "apache2-foreground", "apache2ctl", "apachectl"],
      variables: ["HTTPD_VERSION", "APACHE_CONFDIR"],
    },
  },
  // A graceful restart.
  statusPage: { service: "apache", file: "apache.conf", ownPort: false, reloadSignal: "USR1" },
};
