/**
 * How one integration gets its config. To add one, write a file beside this one, a template, and list it in `index.ts`.
 */
export interface Integration {
  /** The check's name at Datadog; names the config's folder and file too. */
  readonly check: string;
  /** The file in `templates/integrations/` that renders it. */
  readonly template: string;
  /**
   * The containers that the integration is for. Undefined: the config says nothing about containers,
   * and the template is a whole file that depends on the stack alone.
   */
  readonly containers?: {
    /** The word by which a container asks for the integration: `SERVICE=redis`. */
    readonly service: string;
    /** The port where the container says nothing else, such as 6379. */
    readonly defaultPort: number;
  };
}
