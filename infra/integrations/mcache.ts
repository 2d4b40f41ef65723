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
  },
};
