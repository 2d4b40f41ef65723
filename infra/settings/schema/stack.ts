import { z } from "zod";

import { anyText, apiKey, eachOnce, hostName, networkAddress, stackName, tagValue } from "./formats";
import { hostKey } from "./host-key";
import { perHost } from "./per-host";
import { undoable } from "./undoable";

/**
 * The one schema of a stack's settings: what may stand under `datadog-hosts:` in a stack file.
 * Types, messages, `docs/settings.md` and the JSON schema for editors follow from here.
 */

const host = z.strictObject({
  name: hostName.meta({ description: "What the host is called, at Datadog too.", example: "web-1" }),
  address: networkAddress.meta({ description: "Host name or IP address that ssh connects to.", example: "192.0.2.10" }),
  hostKey: hostKey.meta({
    description:
      "The host's ed25519 key: what `ssh-keyscan -t ed25519 ADDRESS` prints, without the address. Every connection verifies it.",
    example: "ssh-ed25519 AAAA… (as `ssh-keyscan -t ed25519 ADDRESS` prints it)",
  }),
  formerNames: z
    .array(hostName)
    .optional()
    .meta({
      description: "Names that the host had before: its containers are kept under the new one.",
      example: ["old-web-1"],
    }),
  ...undoable(perHost),
});

const registry = z.strictObject({
  address: anyText.meta({ description: "The registry's address.", example: "registry.example" }),
  username: anyText.meta({ description: "Who logs in there.", example: "reader" }),
  password: anyText.meta({
    description: "The user's password or token.",
    setWith: "pulumi config set --path --secret 'datadog-hosts:registries[0].password'",
    onceExposed: "change the password",
  }),
});

export const stackSchema = z
  .strictObject({
    project: tagValue.meta({
      description: "Value of the `project` tag where a container names none.",
      example: "shop",
    }),
    environment: tagValue.meta({
      description: "Value of the `environment` tag where a container names none.",
      example: "staging",
    }),
    hosts: z
      .array(host)
      .min(1, "needs at least one host")
      .superRefine((hosts, context) => {
        for (const problem of repeatedIdentities(hosts)) context.addIssue({ code: "custom", ...problem });
      })
      .meta({
        description: "The hosts of the stack.",
        example: [{ name: "web-1", address: "192.0.2.10", hostKey: "ssh-ed25519 AAAA…" }],
      }),
    formerStackNames: z
      .array(stackName)
      .superRefine(eachOnce())
      .optional()
      .meta({
        description:
          "Names that the stack had before `pulumi stack rename`: its containers are kept under the new one. Never the name of a stack that is still there.",
        example: ["shop-stage"],
      }),
    canary: hostName.optional().meta({
      description: "The host that every change goes to first: the others wait until its agent is healthy and collects.",
      example: "web-1",
    }),
    apiKey: apiKey.meta({
      description: "Datadog's API key.",
      setWith: "pulumi config set --secret datadog-hosts:apiKey",
      onceExposed: "replace the key at Datadog",
    }),
    registries: z
      .array(registry)
      .superRefine(eachOnce("address"))
      .optional()
      .meta({
        description: "Credentials for the registries of the images.",
        example: [{ address: "registry.example", username: "reader" }],
      }),
    ...perHost,
  })
  .superRefine(({ canary, hosts }, context) => {
    if (canary !== undefined && !hosts.some(({ name }) => name === canary)) {
      const message = `is none of the hosts: ${hosts.map(({ name }) => name).join(", ")}`;
      context.addIssue({ code: "custom", path: ["canary"], message });
    }
  });

/** A stack's settings as they were written. */
export type StackSettings = z.output<typeof stackSchema>;

/** The entry of one host in a stack's settings. */
export type HostEntry = StackSettings["hosts"][number];

interface Identity {
  readonly name: string;
  readonly hostKey: string;
  readonly formerNames?: readonly string[] | undefined;
}

/** Two hosts of one name would fight for the same containers; two of one key are one machine. */
function repeatedIdentities(hosts: readonly Identity[]): { path: PropertyKey[]; message: string }[] {
  const problems: { path: PropertyKey[]; message: string }[] = [];
  const claim = (
    seen: Map<string, string>,
    value: string,
    path: PropertyKey[],
    place: string,
    rule = "each host has its own",
  ): void => {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, place);
    else problems.push({ path, message: `is the same as ${first}; ${rule}` });
  };
  const names = new Map<string, string>();
  const keys = new Map<string, string>();
  hosts.forEach((entry, index) => {
    claim(names, entry.name, [index, "name"], `hosts[${index}].name`);
    claim(keys, entry.hostKey, [index, "hostKey"], `hosts[${index}].hostKey`);
  });
  hosts.forEach((entry, index) => {
    entry.formerNames?.forEach((name, former) => {
      const rule = `a former name is one that no host has any more, so take "${name}" out here or give that host another name`;
      claim(names, name, [index, "formerNames", former], `hosts[${index}].formerNames[${former}]`, rule);
    });
  });
  return problems;
}
