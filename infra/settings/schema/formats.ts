import { z } from "zod";

/**
 * The formats of single values. Each message follows the key's path. Checks by `.refine` are repeated in `.meta` as a pattern
 * for editors.
 */

/** The agent takes none of these for its host name, and does not start (datadog-agent, pkg/util/hostname/validate). */
const localNames = "localhost|localhost[.]localdomain|localhost6[.]localdomain6|ip6-localhost";

const labelInName = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

/** A host's name. It satisfies the rules of Docker, Datadog and DNS. */
export const hostName = z
  .string()
  .max(63, "has at most 63 characters")
  .regex(
    new RegExp(`^${labelInName}([.]${labelInName})*$`),
    'is lower case letters, digits, "-" and "."; each part between dots begins and ends with a letter or digit',
  )
  .refine((value) => !new RegExp(`^(${localNames})$`).test(value), {
    message: "means every machine, and the agent does not take it for a host name; choose a name of its own",
  })
  .meta({ pattern: `^(?!(?:${localNames})$)${labelInName}([.]${labelInName})*$` });

/** A stack's name, by Pulumi's rules. */
export const stackName = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, 'is letters, digits, "-", "_" and "."');

/** A tag's value. Other characters are refused, since Datadog would convert them to lower case or replace them. */
export const tagValue = z
  .string()
  .max(100, "has at most 100 characters")
  .regex(/^[a-z0-9][a-z0-9_./-]*$/, 'is lower case letters, digits and "_-./"');

/** A tag as `key:value`. */
export const tag = z
  .string()
  .max(200, "has at most 200 characters")
  .regex(/^[a-z][a-z0-9_./-]*:[a-z0-9_./:-]+$/, 'is "key:value" in lower case')
  .refine((value) => !/^(project|environment|stack|host):/.test(value), {
    message: 'can\'t be: "project", "environment", "stack" and "host" are set by other settings; choose another key',
  })
  .meta({ pattern: "^(?!(?:project|environment|stack|host):)[a-z][a-z0-9_./-]*:[a-z0-9_./:-]+$" });

/** The kernel's folders, and those that live in memory. */
const passing = "proc|sys|dev|run|var/run";

/** Homes, and folders of the system that every host has. */
const others = "root|(?:var/)?home(?:/[^/]+)?|bin|boot|etc|lib|lib64|mnt|opt|sbin|srv|usr|var|var/lib(?:/docker)?";

/** A folder of this program on a host. */
export const absolutePath = z
  .string()
  .regex(
    /^\/[\p{L}\p{N}._/@+,=~%-]*[\p{L}\p{N}._@+,=~%-]$/u,
    "is an absolute path of letters, digits and ._/@+,=~%-, without final slash",
  )
  .refine((value) => !/\/(\.{0,2}\/|\.{1,2}$)/.test(value), {
    message: 'contains ".", ".." or "//", and Docker knows folders by their shortest path; write that',
  })
  .refine((value) => !new RegExp(`^/(${passing})(/|$)`).test(value), {
    message: "is in a folder of the system that is not kept; choose another one",
  })
  .refine((value) => !new RegExp(`^/(${others})$`).test(value), {
    message: "has other content, which would be removed together with this program's; choose a folder of its own in it",
  })
  .meta({
    pattern: `^(?!.*/(?:\\.{0,2}/|\\.{1,2}$))(?!/(?:${passing})(?:/|$))(?!/(?:${others})$)/[\\p{L}\\p{N}._/@+,=~%-]*[\\p{L}\\p{N}._@+,=~%-]$`,
  });

/** The path of an existing file or folder on a host. */
export const existingPath = z
  .string()
  .regex(/^\/$|^\/[^\p{Cc}]*[^\p{Cc}/]$/u, "is an absolute path without final slash");

/** The address of an intake or proxy. It becomes a variable of the agent's container, which others can read. */
export const httpAddress = z
  .string()
  .regex(/^https?:\/\/[^\s/\p{Cc}{}]+(\/[^\s\p{Cc}{}]*)?$/u, "is an address with http:// or https://")
  .refine((value) => !/^https?:\/\/[^/]*@/.test(value), {
    message:
      "contains a user or password, which `docker inspect` would show: let the proxy identify the host by its address",
  })
  .refine((value) => !/^https?:\/\//.test(value) || (URL.canParse(value) && new URL(value).port !== "0"), {
    message: "has no host name, or a port that is none (1 to 65535)",
  })
  .refine((value) => !/[?#]/.test(value), {
    message: "has a ? or #, and the agent puts its own paths behind the address; write it up to the path",
  })
  .meta({ pattern: "^https?://[^\\s/@?#\\p{Cc}{}]+(/[^\\s?#\\p{Cc}{}]*)?$" });

/**
 * An image reference, by tag or digest: the grammar of the distribution project's package `reference`, which Docker uses
 * (domain/path:tag@digest; the name has at most 255 characters, the tag 128).
 */
const domainPart = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathPart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const imageName = `(?:${domain}/)?${pathPart}(?:/${pathPart})*`;
const imageTag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const imageDigest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

const imageReference = `${imageName}(?::${imageTag})?(?:@${imageDigest})?`;

export const image = z
  .string()
  .regex(new RegExp(`^${imageReference}$`), "is an image reference")
  .refine((value) => value.replace(/@.*$/, "").replace(/:[^/:\]]*$/, "").length <= 255, {
    message: "has a name of more than 255 characters",
  })
  .meta({ pattern: `^(?=.{1,255}(?::[^/:\\]]*)?(?:@.*)?$)${imageReference}$` });

export const wholeNumber = (low: number, high: number): z.ZodNumber => z.int().min(low).max(high);

/** A duration for docker-gen: at most a week, far below its limit. */
export const duration = z.string().regex(/^\d{1,4}(m|s)$|^\d{1,7}ms$/, "is a time in ms, s or m, such as 500ms");

const networkName = "[a-zA-Z0-9][a-zA-Z0-9_.-]*";

/** A network that containers can join. */
export const dockerNetwork = z
  .string()
  .regex(new RegExp(`^${networkName}$`), "is a Docker network's name")
  .refine((name) => name !== "none", { message: "can't be joined: in Docker it means no network; remove it" })
  .refine((name) => name !== "host", {
    message:
      "can't be joined together with others; remove it, and set agent: { network: host } to use the host's network",
  })
  .meta({ pattern: `^(?!(?:none|host)$)${networkName}$` });

/** A network on which a container can have an alias. */
export const linkNetwork = dockerNetwork
  .refine((name) => name !== "bridge", {
    message: "has no names: on the default bridge containers reach each other by address only; choose another network",
  })
  .meta({ pattern: `^(?!(?:none|host|bridge)$)${networkName}$` });

/** A container's name, as Docker allows it. */
export const containerName = z
  .string()
  .max(200, "has at most 200 characters")
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "is a container's name");

/** The name of a file, without a folder. */
export const fileName = z
  .string()
  .max(100, "has at most 100 characters")
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "is a file's name without a folder");

/**
 * The name of a user on a Linux host, also of a directory service, such as `first.last@corp.example` or `CORP\first.last`.
 * Names of digits only are refused, since they would be user ids.
 */
export const userName = z
  .string()
  .max(256, "has at most 256 characters")
  .regex(/^(?:[A-Za-z0-9][A-Za-z0-9.-]*\\)?(?!\d+$)[A-Za-z0-9_][A-Za-z0-9_.+@-]*$/, "is a user name of the host");

const nameInDns = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?";

/** A number as programs take it for a part of an IPv4 address, also in hexadecimal (inet_aton). */
const addressPart = "(?:0[xX][0-9a-fA-F]*|[0-9]+)";

/** What some programs take for an IPv4 address. */
const ofNumbers = `${addressPart}(?:[.]${addressPart})*[.]?`;

/** Host name, IPv4 or IPv6 address. A port is a setting of its own. */
export const networkAddress = z
  .string()
  .max(253, "has at most 253 characters")
  .regex(new RegExp(`^${nameInDns}$|${z.regexes.ipv6.source}`), "is a host name or an IP address, without a port")
  .refine((value) => !new RegExp(`^(?:${ofNumbers}|[0-9.]+)$`).test(value) || z.regexes.ipv4.test(value), {
    message:
      "is no IPv4 address: four numbers from 0 to 255 without leading zeros, which programs read in different ways",
  })
  .meta({ pattern: `^(?!(?:${ofNumbers}|[0-9.]+)$)${nameInDns}$|${z.regexes.ipv4.source}|${z.regexes.ipv6.source}` });

/** A Datadog API key. */
export const apiKey = z.string().regex(/^[0-9a-f]{32}$/, "is a Datadog API key: 32 characters of 0-9 and a-f");

/** A Datadog site, not the address of one of its pages. */
export const site = z
  .string()
  .regex(new RegExp(`^(${labelInName}[.])+[a-z]+$`), "is a Datadog site, such as datadoghq.com or datadoghq.eu")
  .refine((value) => !/^(app|www|api|docs)\./.test(value), {
    message: "is the address of a page; write the site alone, without its first part",
  })
  .meta({ pattern: `^(?!(?:app|www|api|docs)\\.)(${labelInName}[.])+[a-z]+$` });

/** An entry of a list of addresses that is written in one line, between blanks or commas: names, addresses, ranges. */
export const listedAddress = z.string().regex(/^[\p{L}\p{N}.:*_/[\]-]+$/u, "is one address, without blanks and commas");

/** Any text that is not empty. */
export const anyText = z.string().min(1, "is empty; write a value, or remove the key");

/** A list without duplicates. */
export function unique<List extends z.ZodArray>(list: List): List {
  return list.superRefine(refuseDuplicates()).meta({ uniqueItems: true });
}

/** A list of mappings in which each entry has a different value at a key. */
export function uniqueBy<List extends z.ZodArray<z.ZodObject>>(
  key: keyof z.output<List>[number] & string,
  list: List,
): List {
  return list.superRefine(refuseDuplicates(key as never)).meta({ uniqueItems: true });
}

function refuseDuplicates<Entry>(key?: keyof Entry & string) {
  return (entries: readonly Entry[], context: z.RefinementCtx): void => {
    const first = new Map<unknown, number>();
    entries.forEach((entry, index) => {
      const identity = key === undefined ? entry : entry[key];
      const before = first.get(identity);
      if (before === undefined) first.set(identity, index);
      else {
        const [path, message] =
          key === undefined ? [[index], "once"] : [[index, key], `once; each entry has a ${key} of its own`];
        context.addIssue({
          code: "custom",
          path,
          message: `is the same as entry ${before}: write it ${message}`,
        });
      }
    });
  };
}
