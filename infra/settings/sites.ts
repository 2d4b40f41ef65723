/** Datadog's sites, as its documentation lists them ("Getting Started with Datadog Sites"). */
const knownSites = [
  ...["datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com"],
  ...["ap2.datadoghq.com", "ddog-gov.com", "us2.ddog-gov.com"],
];

/**
 * A remark on a site that is probably misspelt. It can't be refused, because Datadog may open new ones. With an intake of one's
 * own, nothing goes to the site.
 */
export function siteRemarks({
  site,
  intake,
}: {
  readonly site: string;
  readonly intake?: string | undefined;
}): string[] {
  return intake !== undefined || knownSites.includes(site)
    ? []
    : [
        `${site} (site) is none of the sites that this program knows: ${knownSites.join(", ")}. If it is misspelt, no data arrives.`,
      ];
}
