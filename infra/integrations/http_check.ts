import { ownAuthority, pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** Whether a page answers: every container with `SERVICE=http`. */
export const httpCheck: Integration = {
  check: inBoth("http_check"),
  template: inBoth("http_check.tmpl"),
  containers: { service: "http", logSource: null, otherNames: ["http_check"], defaultPort: 80 },
  guide: {
    title: "HTTP",
    reads:
      "The check asks for a page, and reports whether it answers (service check `http.can_connect`) and in which time. A status below 400 counts as an answer; a redirect is not followed.",
    hints: [
      {
        hint: "server-name",
        meaning:
          "the name that the page is asked by, and for which its certificate has to be; default: the container's address",
      },
      ...pageHints("/", true).filter(({ hint }) => hint !== "verify-tls"),
      {
        hint: "verify-tls",
        meaning:
          "`false` accepts any certificate; without a server name it is never verified, because no certificate is for an address (generation 5: never)",
      },
    ],
    notes: [
      ownAuthority,
      "The check does not name the server in the TLS handshake (SNI). A server with several certificates then answers with its first one, and one that wants a name refuses. [TLS](tls.md) names it.",
      "The check does not log in: choose a page that answers without. For the expiration of a certificate there is [TLS](tls.md).",
    ],
  },
};
