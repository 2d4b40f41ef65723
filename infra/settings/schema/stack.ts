import { z } from "zod";

import { anyText, apiKey, hostName, networkAddress, unique, uniqueBy, stackName, tagValue } from "./formats";
import { hostKey } from "./host-key";
import { perHost } from "./per-host";
import { rollout, rolloutProblems } from "./rollout";
import { resettable } from "./resettable";

/**
 * The schema of a stack's settings: the keys below `datadog-hosts:` in a stack file.
 * Types, messages, `docs/settings.md` and the JSON schema for editors are derived from it.
 */

const host = z.strictObject({
  name: hostName.meta({ description: "The host's name, also in Datadog.", example: "web-1" }),
  address: networkAddress.meta({ description: "Host name or IP address that ssh connects to.", example: "192.0.2.10" }),
  hostKey: hostKey.meta({
    description:
      "The host's ed25519 key: what `ssh-keyscan -t ed25519 ADDRESS` prints, without the address. Every connection verifies it.",
    example: "ssh-ed25519 AAAA… (as `ssh-keyscan -t ed25519 ADDRESS` prints it)",
  }),
  formerNames: z
    .array(hostName)
    .meta({ uniqueItems: true })
    .optional()
    .meta({
      description: "Earlier names of the host: its containers then count as the host's own.",
      example: ["old-web-1"],
    }),
  ...resettable(perHost),
});

const registry = z.strictObject({
  address: anyText.meta({ description: "The registry's address.", example: "registry.example" }),
  username: anyText.meta({ description: "The user there.", example: "reader" }),
  password: anyText.meta({
    description: "The user's password or token.",
    setWith: "pulumi config set --path --secret 'datadog-hosts:registries[0].password'",
    afterLeak: "change the password",
  }),
});

export const stackSchema = z
  .strictObject({
    project: tagValue.meta({
      description: "Default value of the `project` tag, for containers that declare none.",
      example: "shop",
    }),
    environment: tagValue.meta({
      description: "Default value of the `environment` tag, for containers that declare none.",
      example: "staging",
    }),
    hosts: z
      .array(host)
      .min(1, "needs at least one host")
      .superRefine((hosts, context) => {
        for (const problem of repeatedIdentities(hosts)) context.addIssue({ code: "custom", ...problem });
      })
      .meta({
        uniqueItems: true,
        description: "The hosts of the stack.",
        example: [{ name: "web-1", address: "192.0.2.10", hostKey: "ssh-ed25519 AAAA…" }],
      }),
    apiKey: apiKey.meta({
      description: "Datadog's API key.",
      setWith: "pulumi config set --secret datadog-hosts:apiKey",
      afterLeak: "replace the key at Datadog",
    }),
    // A null resets a value of the project's shared file.
    ...resettable({
      formerStackNames: unique(z.array(stackName))
        .optional()
        .meta({
          description:
            "Names that the stack had before `pulumi stack rename`: their containers then count as the stack's own. Never list a stack that still exists.",
          example: ["shop-stage"],
        }),
      canary: hostName.optional().meta({
        description:
          "The host that gets every change first: the others wait until its agent is healthy and has collected something.",
        example: "web-1",
      }),
      rollout: rollout.optional().meta({
        description: "How a change goes to the hosts ([how](fleet.md#rolling-out)).",
        example: { canary: "web-1", batch: 4, proof: "60s" },
      }),
      registries: uniqueBy("address", z.array(registry))
        .optional()
        .meta({
          description: "Credentials for image registries.",
          example: [{ address: "registry.example", username: "reader" }],
        }),
      ...perHost,
    }),
  })
  .superRefine((stack, context) => {
    for (const problem of rolloutProblems(stack)) context.addIssue({ code: "custom", ...problem });
  });

/** A stack's settings as written, without defaults. */
export type StackSettings = z.output<typeof stackSchema>;

/** The entry of one host in a stack's settings. */
export type HostEntry = StackSettings["hosts"][number];

interface Identity {
  readonly name: string;
  readonly hostKey: string;
  readonly formerNames?: readonly string[] | undefined;
}

/** What is right where two hosts have one key. */
const onlyOneMachine =
  "each host has its own; list a machine once, and give a copy of a machine new keys (rm /etc/ssh/ssh_host_*; ssh-keygen -A; restart sshd there)";

/**
 * Problems with hosts that have the same name, which means the same containers, or the same host key, which means the same
 * machine.
 */
function repeatedIdentities(hosts: readonly Identity[]): { path: PropertyKey[]; message: string }[] {
  const problems: { path: PropertyKey[]; message: string }[] = [];
  const claim = (
    seen: Map<string, string>,
    value: string,
    path: PropertyKey[],
    location: string,
    rule = "each host has its own",
  ): void => {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, location);
    else problems.push({ path, message: `is the same as ${first}; ${rule}` });
  };
  const names = new Map<string, string>();
  const keys = new Map<string, string>();
  hosts.forEach((entry, index) => {
    claim(names, entry.name, [index, "name"], `hosts[${index}].name`);
    claim(keys, entry.hostKey, [index, "hostKey"], `hosts[${index}].hostKey`, onlyOneMachine);
  });
  hosts.forEach((entry, index) => {
    entry.formerNames?.forEach((name, former) => {
      const rule = `a former name must not be in use, so remove "${name}" here or give that host another name`;
      claim(names, name, [index, "formerNames", former], `hosts[${index}].formerNames[${former}]`, rule);
    });
  });
  return problems;
}
