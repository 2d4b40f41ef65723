import { loginHints, pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** Elasticsearch and OpenSearch: every container with `SERVICE=elasticsearch`. */
export const elastic: Integration = {
  check: inBoth("elastic"),
  template: inBoth("elastic.tmpl"),
  containers: {
    service: "elasticsearch",
    otherNames: ["elastic", "opensearch"],
    defaultPort: 9200,
    signs: {
      images: ["elasticsearch", "elasticsearch-oss", "opensearch"],
      programs: ["elasticsearch", "opensearch"],
      variables: ["ELASTIC_CONTAINER"],
    },
  },
  followsRedirects: true,
  guide: {
    title: "Elasticsearch and OpenSearch",
    tested: "published options only",
    reads: "The check reads the statistics of the node that it asks, and the cluster's health.",
    steps: [
      {
        text: "Only where security is on: create a user who may read the cluster's state.",
        code: {
          language: "sh",
          lines: [
            "curl -u elastic -X POST localhost:9200/_security/role/datadog -H 'Content-Type: application/json' \\",
            `  -d '{"cluster": ["monitor"], "indices": [{"names": ["*"], "privileges": ["monitor"]}]}'`,
            "bin/elasticsearch-users useradd datadog -r datadog     # asks for the password",
          ],
        },
      },
    ],
    hints: [...loginHints("none"), ...pageHints("")],
  },
};
