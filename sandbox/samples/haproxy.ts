import { guideLines } from "./guide";
import { shell, stackTags, type Sample } from "./sample";

/** The password for its statistics. */
export const haproxyPassword = "sample-password";

const configuration = [
  ...[
    "global",
    "  log stderr local0 err",
    "defaults",
    "  timeout client 10s",
    "  timeout connect 5s",
    "  timeout server 10s",
  ],
  ...guideLines("haproxy", 1, haproxyPassword),
  "  http-request use-service prometheus-exporter if { path /metrics }",
  ...["frontend site", "  mode http", "  bind :80", "  bind :443 ssl crt /tmp/site.pem"],
  '  http-request return status 200 content-type text/plain string "Welcome"',
];

const command = shell(
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=shop.example \\",
  "  -addext subjectAltName=DNS:shop.example -keyout /tmp/key.pem -out /tmp/cert.pem 2>/dev/null",
  "cat /tmp/cert.pem /tmp/key.pem >/tmp/site.pem",
  "cat >/tmp/haproxy.cfg <<'END'",
  ...configuration,
  "END",
  // Without a worker of its own, HAProxy as process 1 would not end at SIGTERM.
  "exec haproxy -W -f /tmp/haproxy.cfg",
);

/** HAProxy with its statistics, its metrics, and a site with a certificate: one container that asks for five services. */
const proxy = {
  name: "shop-proxy",
  command,
  environment: {
    SERVICE: "haproxy,openmetrics,http,tcp,tls",
    CONNECTION_HAPROXY: `datadog,${haproxyPassword}`,
    VIRTPORT_OPENMETRICS: "8404",
    METRICS: "haproxy_process_*,haproxy_frontend_http_requests_total",
    VIRTPORT_TCP: "443",
    SERVER_NAME: "shop.example",
    STATUS_VERIFY_TLS_TLS: "false",
  },
  exposedPorts: [80, 443, 8404],
};

/** One sample for each check of the container. */
export const haproxySamples: readonly Sample[] = ["haproxy", "http_check", "openmetrics", "tcp_check", "tls"].map(
  (check) => ({ ...proxy, expected: { check, tags: stackTags } }),
);
