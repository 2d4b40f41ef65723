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
    /** A provider as it is to become. */
    readonly new?: { readonly inputs?: Readonly<Record<string, unknown>> | null } | null;
  };
}

/**
 * The events of a log.
 * @param log one JSON object a line, as `pulumi --event-log` writes it; an incomplete last line is ignored.
 */
export function readEvents(log: string): EngineEvent[] {
  return log.split("\n").flatMap((line) => readEvent(line) ?? []);
}

/**
 * One line of a log; undefined where it is not whole. The inputs of resources are left out but for the providers', since those
 * of a large fleet are many megabytes.
 */
export function readEvent(line: string): EngineEvent | undefined {
  let event: EngineEvent;
  try {
    event = JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
  const { timestamp, diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
  return {
    ...(timestamp !== undefined && { timestamp }),
    ...(diagnosticEvent && { diagnosticEvent }),
    ...(resourcePreEvent && { resourcePreEvent: withoutTexts(resourcePreEvent) }),
    ...(resOutputsEvent && { resOutputsEvent: withoutTexts(resOutputsEvent) }),
    ...(resOpFailedEvent && { resOpFailedEvent: withoutTexts(resOpFailedEvent) }),
  };
}

function withoutTexts({ metadata: { op, urn, new: after } }: StepEvent): StepEvent {
  const inputs = urn.includes("pulumi:providers:") ? after?.inputs : undefined;
  return { metadata: { op, urn, ...(inputs && { new: { inputs } }) } };
}
