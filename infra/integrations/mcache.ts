import { loginHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** memcached: every container with `SERVICE=memcached`. */
export const mcache: Integration = {
  check: inBoth("mcache"),
  template: inBoth("mcache.tmpl"),
  containers: {
    service: "memcached",
    otherNames: ["memcache", "mcache"],
    defaultPort: 11211,
    signs: {
      images: ["memcached"],
      programs: ["memcached"],
      variables: ["MEMCACHED_VERSION"],
    },
  },
  guide: {
    title: "memcached",
    reads: "The check sends memcached's `stats` command.",
    hints: loginHints("none, and the check asks without a login"),
    notes: [
      "A server with SASL (`memcached -S`) wants a user and a password, with which generation 7 logs in.",
      "A container that has an IPv6 address alone can be asked only by an agent whose image has python-binary-memcached 0.31.4 or newer (`pip list` in it), or by generation 5.",
    ],
  },
};
