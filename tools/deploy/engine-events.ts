/** One event of the engine's log (sdk: go/common/apitype/events.go), reduced to the parts that are read here. */
export interface EngineEvent {
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly resourcePreEvent?: StepEvent;
  readonly resOutputsEvent?: StepEvent;
  /** Follows the provider's message about the same failure. */
  readonly resOpFailedEvent?: StepEvent;
}

interface StepEvent {
  readonly metadata: {
    readonly op: string;
    readonly urn: string;
    /** The resource as it is to become. */
    readonly new?: { readonly inputs?: Readonly<Record<string, unknown>> | null } | null;
  };
}

/**
 * The events of a log.
 * @param log one JSON object a line, as `pulumi --event-log` writes it; an incomplete last line is ignored.
 */
export function readEvents(log: string): EngineEvent[] {
  return log.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as EngineEvent];
    } catch {
      return [];
    }
  });
}
