import { loginHints, tlsHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/**
 * MongoDB: every container with `SERVICE=mongo`. Generation 5 takes a password only inside an address, which its status
 * shows.
 */
export const mongo: Integration = {
  check: inBoth("mongo"),
  template: inBoth("mongo.tmpl"),
  onlyIn: 7,
  containers: {
    service: "mongo",
    logSource: "mongodb",
    otherNames: ["mongodb"],
    defaultPort: 27017,
    signs: {
      images: ["mongo", "mongodb", "mongodb-community-server", "percona-server-mongodb"],
      programs: ["mongod", "mongos"],
      variables: ["MONGO_VERSION", "MONGO_MAJOR"],
    },
  },
  guide: {
    title: "MongoDB",
    tested: "published options only",
    reads: "The check runs `serverStatus`, `dbStats` and `replSetGetStatus`.",
    steps: [
      {
        text: "Create a user who may read the server's state (in `mongosh`, as an administrator).",
        code: {
          language: "text",
          lines: [
            "use admin",
            'db.createUser({ user: "datadog", pwd: "PASSWORD",',
            '  roles: [{ role: "clusterMonitor", db: "admin" }, { role: "read", db: "local" }] })',
          ],
        },
      },
    ],
    hints: [...loginHints("none"), ...tlsHints],
  },
};
