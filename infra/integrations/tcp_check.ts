import { inBoth, type Integration } from "./integration";

/** Whether a port takes connections: every container with `SERVICE=tcp`. */
export const tcpCheck: Integration = {
  check: inBoth("tcp_check"),
  template: inBoth("tcp_check.tmpl"),
  containers: { service: "tcp", logSource: null, otherNames: ["tcp_check"] },
  guide: {
    title: "TCP",
    reads:
      "The check connects to a port, and reports whether that works (service check `tcp.can_connect`) and how long it takes. The service sees a connection that sends nothing, every 15 seconds.",
  },
};
