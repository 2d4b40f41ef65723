import { pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** Metrics in Prometheus's text format: every container with `SERVICE=openmetrics` or `SERVICE=prometheus`. */
export const openmetrics: Integration = {
  check: inBoth("openmetrics"),
  template: inBoth("openmetrics.tmpl"),
  onlyIn: 7,
  containers: { service: "openmetrics", logSource: null, otherNames: ["prometheus"] },
  guide: {
    title: "OpenMetrics and Prometheus",
    reads:
      "The check reads a page of metrics that the application has itself, or that an exporter has for it. The metrics keep their names; labels become tags.",
    steps: [
      {
        text: "Choose the metrics. Each is a custom metric, for which Datadog charges; without a choice, the check collects all that are on the page, up to 2,000 series.",
        code: {
          language: "sh",
          lines: [
            "docker run -d --name shop -e SERVICE=openmetrics -e VIRTPORT_OPENMETRICS=9100 \\",
            "  -e 'METRICS=http_requests_total,queue_*' IMAGE",
          ],
        },
      },
    ],
    hints: [
      {
        hint: "metrics",
        meaning: "names of metrics, separated by commas; a `*` at the end stands for the rest; default: all",
      },
      ...pageHints("/metrics", true),
    ],
    notes: [
      "Of a histogram or a summary, the name of one part (`took_seconds_bucket`, `_sum`, `_count`) stands for all. Metrics whose type the page does not tell (`# TYPE`) are not collected: Datadog's check leaves them out.",
      "The check does not log in: keep the port off the networks of those who must not see the metrics.",
      "A label `host` becomes the tag `exported_host`, since `host` is the machine. Labels `project`, `environment` and `stack` become no tags.",
    ],
  },
};
