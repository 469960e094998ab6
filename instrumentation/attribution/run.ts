import { context, createTraceState, isSpanContextValid, trace } from '@opentelemetry/api';
import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { currentAttribution } from './currentAttribution.ts';
import { say } from '../fault.ts';
import { textOf } from '../fields.ts';
import { rootSpanContext, withRoot } from './rootContext.ts';

const KEY = 'tollgate';
const PREFIX = 'r:';
/** W3C Trace Context: printable, 256 characters at most, no comma and no equals sign; a semicolon parts our own fields. */
const CARRIED = /^(?=.{1,254}$)[\x21-\x2b\x2d-\x3a\x3c\x3e-\x7e]+$/;

/** The run that calls here belong to: as the application says, else as it came with the trace. */
export function runOfContext(): string | null {
  return textOf(currentAttribution()?.['tollgate.run.id']) ?? runOf(activeSpanContext());
}

/** The span context in force; the one that came with the process's environment where there is none. */
export function activeSpanContext(): SpanContext | undefined {
  return trace.getSpanContext(context.active()) ?? rootSpanContext() ?? undefined;
}

/** The active context, with the process's own parent where it has none. */
export function parentContext(): Context {
  return withRoot(context.active());
}

function runOf(spanContext: SpanContext | undefined): string | null {
  const entry = spanContext?.traceState?.get(KEY);
  const part = entry?.split(';').find((field) => field.startsWith(PREFIX));
  return part === undefined ? null : textOf(part.slice(PREFIX.length));
}

/** The entry that says the run, beside whatever else the trace state carries; undefined where it cannot be carried. */
function stateWith(run: string, spanContext: SpanContext | undefined): SpanContext['traceState'] {
  if (CARRIED.test(run)) return (spanContext?.traceState ?? createTraceState()).set(KEY, PREFIX + run);
  say(
    `run "${run.slice(0, 50)}" cannot be carried to other processes: it needs to be 1 to 254 printable ASCII characters without blank , ; =`,
  );
  return undefined;
}

/**
 * The context with the run in the trace state of its span, from which every span started inside inherits it and a
 * propagator writes it into headers. Without a span there is nothing to write it on: `carryRun` does with each root.
 */
export function contextOfRun(run: string): Context {
  const active = parentContext();
  const span = trace.getSpan(active);
  const spanContext = span?.spanContext();
  if (span === undefined || spanContext === undefined || !isSpanContextValid(spanContext)) return active;
  if (runOf(spanContext) === run) return active;
  const traceState = stateWith(run, spanContext);
  return traceState === undefined ? active : trace.setSpan(active, spanWith(span, { ...spanContext, traceState }));
}

/** Writes the attributed run on a span that was started where no parent could hand it down. */
export function carryRun(span: Span): void {
  const run = textOf(currentAttribution()?.['tollgate.run.id']);
  const spanContext = span.spanContext();
  if (run === null || !isSpanContextValid(spanContext) || runOf(spanContext) === run) return;
  const traceState = stateWith(run, spanContext);
  // The SDK's spans hand out the object they keep, and exporters and propagators read it there.
  if (traceState !== undefined) spanContext.traceState = traceState;
}

/** The same span without our entry, for what happens inside a call: whatever propagates there talks to a provider. */
export function spanForProvider(span: Span): Span {
  const spanContext = span.spanContext();
  return spanContext.traceState?.get(KEY) === undefined ? span : spanWith(span, withoutRun(spanContext));
}

/** The trace state with the run, for where a context is written out by hand; null where there is neither. */
export function traceStateOf(
  spanContext: SpanContext | undefined,
  run: string | null,
): SpanContext['traceState'] | null {
  const state = run === null || runOf(spanContext) === run ? undefined : stateWith(run, spanContext);
  return state ?? spanContext?.traceState ?? null;
}

/** Takes our entry off a span whose SDK itself sends trace headers to the provider. */
export function dropRun(span: Partial<Span>): void {
  const spanContext = span.spanContext?.();
  if (spanContext?.traceState?.get(KEY) === undefined) return;
  const { traceState } = withoutRun(spanContext);
  if (traceState === undefined) delete spanContext.traceState;
  else spanContext.traceState = traceState;
}

/** An empty trace state would be sent as an empty header. */
function withoutRun({ traceState, ...rest }: SpanContext): SpanContext {
  const left = traceState?.unset(KEY);
  return left === undefined || left.serialize() === '' ? rest : { ...rest, traceState: left };
}

/** A span that is the given one in everything but its context. */
function spanWith(span: Span, spanContext: SpanContext): Span {
  return new Proxy(span, {
    get(target, property) {
      if (property === 'spanContext') return () => spanContext;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
