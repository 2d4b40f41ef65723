import { loginHints, pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** HAProxy: every container with `SERVICE=haproxy`, by its statistics page. */
export const haproxy: Integration = {
  check: inBoth("haproxy"),
  template: inBoth("haproxy.tmpl"),
  containers: {
    service: "haproxy",
    defaultPort: 8404,
    signs: {
      images: ["haproxy", "haproxy-alpine", "haproxy-debian"],
      programs: ["haproxy"],
      variables: ["HAPROXY_VERSION"],
    },
  },
  followsRedirects: true,
  guide: {
    title: "HAProxy",
    reads: "The check reads HAProxy's statistics page: frontends and backends.",
    steps: [
      {
        text: "Open the page on a port that is not published, with a user and a password if others reach it.",
        code: {
          language: "text",
          lines: [
            "frontend stats",
            "  mode http",
            "  timeout client 10s",
            "  bind :8404",
            "  stats enable",
            "  stats uri /stats",
            "  stats auth datadog:PASSWORD",
          ],
        },
      },
    ],
    hints: [...loginHints("none"), ...pageHints("/stats", true)],
    notes: [
      "HAProxy's page of metrics for Prometheus (`/metrics`) is another one, which this check can't read: ask for it by `SERVICE=openmetrics`.",
    ],
  },
};
