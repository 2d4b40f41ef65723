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
        text: "Only where security is on, as it is by default from version 8: create a user who may read the cluster's state. Before version 8, the address may begin with `http`.",
        code: {
          language: "sh",
          lines: [
            "curl -k -u elastic -X POST https://localhost:9200/_security/role/datadog -H 'Content-Type: application/json' \\",
            `  -d '{"cluster": ["monitor"], "indices": [{"names": ["*"], "privileges": ["monitor"]}]}'`,
            "bin/elasticsearch-users useradd datadog -r datadog     # asks for the password",
          ],
        },
      },
    ],
    hints: [...loginHints("none"), ...pageHints("")],
    notes: [
      "With security, Elasticsearch 8 answers by https alone, with a certificate of its own: let the container declare `STATUS_SCHEME=https` and `STATUS_VERIFY_TLS=false`.",
    ],
  },
};
