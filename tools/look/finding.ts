/** One difference between a host and the state. */
export interface Finding {
  /** What is wrong, for a person. */
  readonly text: string;
  /** How `make up` repairs it. Empty if a person has to. */
  readonly repair: Repair;
  /** What a person has to do; undefined if `make up` repairs it. */
  readonly byHand?: string;
  /** Whether the container is an application's, which only its owner restarts. Default: no. */
  readonly ofApplication?: boolean;
  /** Whether `up` makes it without a repair. Default: no. */
  readonly madeByUp?: boolean;
  /** Whether `up` succeeds despite it, since it may be intended. Default: no. */
  readonly mayBeMeant?: boolean;
}

/** The steps of a repair. The steps of all findings run together, each once, in this order. */
export interface Repair {
  /** What was done, for a person, such as `restarted`. */
  readonly done?: string;
  /** Shell lines for the host, before the scripts. */
  readonly before?: readonly string[];
  /** Scripts of the state that run again, such as `files`. */
  readonly scripts?: readonly string[];
  /** Shell lines for the host, after the scripts. */
  readonly after?: readonly string[];
  /** A container that the state has to take back: it runs again in place of the one that has replaced it. */
  readonly takeBack?: { readonly urn: string; readonly id: string };
  /** Resources that the state has to forget, so that `up` creates them again. */
  readonly refresh?: readonly string[];
  /** Resources that `up` has to replace: the old one goes once the new one is accepted. */
  readonly replace?: readonly string[];
}
