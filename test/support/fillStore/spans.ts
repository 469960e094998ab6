/** A span of an OTLP/JSON export and what of its resource it needs. */
export interface WrittenSpan {
  readonly service: string;
  readonly environment: string | null;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: 1 | 2 | 3;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: string | null;
  readonly attributes: Readonly<Record<string, string | number>>;
}

const STATUS_ERROR = 2;

/** An ExportTraceServiceRequest of these spans, by resource and scope. */
export function writeExport(spans: readonly WrittenSpan[]): string {
  const byResource = groupBy(spans, ({ service, environment }) => JSON.stringify([service, environment]));
  return JSON.stringify({
    resourceSpans: [...byResource.values()].map((ofResource) => ({
      resource: { attributes: resourceOf(ofResource) },
      scopeSpans: [...groupBy(ofResource, ({ scope }) => scope)].map(([name, ofScope]) => ({
        scope: { name },
        spans: ofScope.map(writeSpan),
      })),
    })),
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function resourceOf([span]: readonly WrittenSpan[]): object[] {
  if (span === undefined) return [];
  const { service, environment } = span;
  return attributesOf({
    'service.name': service,
    ...(environment === null ? {} : { 'deployment.environment.name': environment }),
  });
}

function writeSpan(span: WrittenSpan): object {
  const nano = (ms: number): string => String(BigInt(Math.round(ms)) * 1_000_000n);
  const { error } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nano(span.startMs),
    endTimeUnixNano: nano(span.startMs + span.durationMs),
    ...(error === null ? {} : { status: { code: STATUS_ERROR, message: error } }),
    attributes: attributesOf({ ...span.attributes, ...(error === null ? {} : { 'error.type': error }) }),
  };
}

function attributesOf(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : valueOf(value),
  }));
}

const valueOf = (value: number): object =>
  Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
