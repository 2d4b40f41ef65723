import type { Guide } from "./guide";

/** The agent's generations: 7 is today's, 5 is `datadog/docker-dd-agent`. */
export type GenerationNumber = 5 | 7;

/**
 * How one integration gets its config. To add one, write a file beside this one, a template, and list it in `index.ts`.
 */
export interface Integration {
  /** The check's name in each generation of the agent; it names the config's file too. */
  readonly check: Readonly<Record<GenerationNumber, string>>;
  /** The file in `templates/integrations/` that renders it in each generation. */
  readonly template: Readonly<Record<GenerationNumber, string>>;
  /** The only generation whose agent has the check. Default: both have it. */
  readonly onlyIn?: GenerationNumber;
  /**
   * The containers that the integration is for. Undefined: the template is a whole config that depends on the stack only.
   */
  readonly containers?: {
    /** The service by which a container asks for the integration: `SERVICE=redis`. */
    readonly service: string;
    /** Further names of the service, such as `mariadb`. Default: none. */
    readonly otherNames?: readonly string[];
    /** The usual port, such as 6379. Undefined: there is none, and a container has to declare or expose one. */
    readonly defaultPort?: number;
    /** The source of its logs at Datadog, by which Datadog reads them. Default: the service; null: there is none. */
    readonly logSource?: string | null;
    /** By what a container of this service is recognised that does not ask. Undefined: by nothing. */
    readonly signs?: Signs;
  };
  /**
   * Whether the check asks over HTTP, and can't be told in generation 5 not to follow redirects. Default: no.
   */
  readonly followsRedirects?: boolean;
  /** Whether the image of generation 7 runs the check without any config of ours. Default: no. */
  readonly runsUnasked?: boolean;
  /** A piece of the service's own configuration, generated for each container that asks for it. */
  readonly statusPage?: StatusPage;
  /** Its files, if they are a stack's own and not in `templates/integrations`. */
  readonly own?: {
    /** The template of one instance. */
    readonly template: string;
    /** The check in Python that the agent gets. Default: the agent has the check. */
    readonly python?: { readonly file: string; readonly text: string };
  };
  /** What people read about it: its page in `docs/integrations`. */
  readonly guide: Guide;
}

/** What tells a container of a service by sight. */
export interface Signs {
  /** Names of images, without registry, path and tag: `redis` for `registry.example/library/redis:7`. */
  readonly images: readonly string[];
  /** Programs that such a container runs. */
  readonly programs: readonly string[];
  /** Names of variables that the service's usual images set. */
  readonly variables: readonly string[];
}

/** The status page of a web server, for the agent only. */
export interface StatusPage {
  /** The value of the label `datadog-hosts.status-page` by which a container asks for it. */
  readonly service: string;
  /** The file in `templates/status-pages/` that renders it, and its name on the host. */
  readonly file: string;
  /** Whether the page has a port of its own, which the service may refuse to open. */
  readonly ownPort: boolean;
  /** The signal that makes the service's first process read it again. */
  readonly reloadSignal: "HUP" | "USR1";
}

/** The same in both generations. */
export function inBoth(value: string): Record<GenerationNumber, string> {
  return { 5: value, 7: value };
}
