import { ownAuthority } from "./guide";
import { inBoth, type Integration } from "./integration";

/** A server's certificate: every container with `SERVICE=tls`. */
export const tls: Integration = {
  check: inBoth("tls"),
  template: inBoth("tls.tmpl"),
  onlyIn: 7,
  containers: { service: "tls", logSource: null, defaultPort: 443 },
  guide: {
    title: "TLS",
    reads:
      "The check reads the protocol's version and the certificate: whether it is valid, and when it expires (`tls.days_left`).",
    hints: [
      {
        hint: "server-name",
        meaning: "the name that the certificate has to be for; default: the name in the certificate is not checked",
      },
      {
        hint: "verify-tls",
        meaning:
          "`false` for a certificate of an authority that the agent does not know: its days are counted all the same",
      },
    ],
    notes: [ownAuthority],
  },
};
