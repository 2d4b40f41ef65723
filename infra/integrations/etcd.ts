import { pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** etcd 3: every container with `SERVICE=etcd`. Generation 5 knows only the API of etcd 2. */
export const etcd: Integration = {
  check: inBoth("etcd"),
  template: inBoth("etcd.tmpl"),
  onlyIn: 7,
  containers: {
    service: "etcd",
    defaultPort: 2379,
    signs: { images: ["etcd"], programs: ["etcd"], variables: ["ETCD_VERSION"] },
  },
  guide: {
    title: "etcd",
    reads: "The check reads etcd's page of metrics, and asks who leads the cluster.",
    steps: [
      {
        text: "Let etcd listen on the container's network. If clients need certificates, give metrics an address of their own.",
        code: {
          language: "sh",
          lines: ["etcd --listen-metrics-urls http://0.0.0.0:2381     # and VIRTPORT_ETCD=2381"],
        },
      },
    ],
    hints: pageHints("/metrics", true),
  },
};
