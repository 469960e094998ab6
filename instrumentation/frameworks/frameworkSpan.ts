import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind, context, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import { attributionStorage, currentAttribution } from '../attribution/currentAttribution.ts';
import { carryRun, parentContext } from '../attribution/run.ts';
import { setError } from '../calls/call.ts';
import { sayFault } from '../fault.ts';
import { textOf } from '../fields.ts';
import { tracer } from '../sending/tracer.ts';

/** An agent's run as its framework tells it. What is no text, or empty, is as if it were left out. */
export interface AgentFacts {
  /** Null where the framework has nothing but a default of its own: the calls inside then stay with the agent outside. */
  readonly name: string | null;
  readonly id?: unknown;
  /** The conversation and the user as the framework has them; what the application attributes itself comes first. */
  readonly conversation?: unknown;
  readonly user?: unknown;
  /** Further attributes of the span alone. */
  readonly attributes?: Attributes | undefined;
}

/** One execution of a tool as its framework tells it. */
export interface ToolFacts {
  readonly name: string;
  readonly callId?: unknown;
  /** Further attributes of the span alone. */
  readonly attributes?: Attributes | undefined;
}

/** Agents and tools that never end stay open; beyond this many the oldest ends as it is, so that memory stays bounded. */
const OPEN_SPANS_MAX = 10_000;

/** The spans in force, beside OpenTelemetry's context: which layer wrote the one outside is asked here. */
const spans = new AsyncLocalStorage<FrameworkSpan>();

/** The innermost agent or tool that a framework runs here; what lies beneath it on the same subject stays silent. */
export function currentFrameworkSpan(): FrameworkSpan | undefined {
  return spans.getStore();
}

interface SpanParts {
  readonly kind: 'agent' | 'tool';
  readonly name: string | null;
  readonly span: Span;
  /** Of everything inside. */
  readonly attribution: Attributes;
}

/** The spans of agents and tools that have not ended; what ends a process ends them. */
const open = new Set<FrameworkSpan>();

/** A span of an agent or a tool that is open until `end`. Nothing of it throws. */
export class FrameworkSpan {
  readonly kind: 'agent' | 'tool';
  /** Of the agent it was started for, or the tool. */
  readonly name: string | null;
  #span: Span;
  readonly #first: Span;
  readonly #attribution: Attributes;
  /** The attribution as it is while the first agent is at work. */
  readonly #told: Attributes;
  readonly #outside: Context;
  readonly #inside: Context;
  #isOpen = true;

  constructor({ kind, name, span, attribution }: SpanParts) {
    this.kind = kind;
    this.name = name;
    this.#span = span;
    this.#first = span;
    this.#attribution = attribution;
    this.#told = { ...attribution };
    this.#outside = parentContext();
    this.#inside = trace.setSpan(this.#outside, this.#spanOfNow());
    open.add(this);
    const [oldest] = open;
    if (open.size > OPEN_SPANS_MAX && oldest !== undefined) oldest.end();
  }

  /** Runs `fn` with the span as the parent of what it starts, whoever calls: also later, for the next part of a stream. */
  inside<Result>(fn: () => Result): Result {
    return attributionStorage().run(this.#attribution, () => spans.run(this, () => context.with(this.#inside, fn)));
  }

  /**
   * Another agent goes on where this one was: what runs inside is the other's from now on, whose span is a child of the
   * first, so that all is one trace. Null: the first goes on itself.
   */
  handOver(facts: AgentFacts | null): void {
    if (!this.#isOpen) return;
    guarded(() => {
      if (this.#span !== this.#first) this.#span.end();
      // In place: what runs inside already has this object.
      this.#span = this.#first;
      Object.assign(this.#attribution, this.#told);
      if (facts === null) return;
      const { inherited, own } = toldOf(facts, this.#attribution);
      this.#span = startSpan(
        'invoke_agent',
        facts.name,
        { ...this.#attribution, ...inherited, ...own },
        trace.setSpan(this.#outside, this.#first),
      );
      Object.assign(this.#attribution, inherited);
    });
  }

  /** Ends the span; later calls do nothing. */
  end(failure?: { readonly error: unknown }): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    open.delete(this);
    for (const span of new Set([this.#span, this.#first])) {
      if (failure !== undefined) guarded(() => setError(span, failure.error));
      guarded(() => span.end());
    }
  }

  /** Whichever span it is by now: a context cannot be changed once something runs in it. */
  #spanOfNow(): Span {
    return new Proxy(this.#span, {
      get: (_target, property) => {
        const span = this.#span;
        const value: unknown = Reflect.get(span, property, span);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(span) : value;
      },
    });
  }
}

/** When the process ends: an agent that was at work is better recorded so far than not at all. */
export function endOpenFrameworkSpans(): void {
  for (const span of open) span.end();
}

/** Starts `invoke_agent NAME`; null where that failed. Whoever starts it ends it. */
export function startAgent(facts: AgentFacts): FrameworkSpan | null {
  const outer = currentAttribution();
  const { inherited, own } = toldOf(facts, outer);
  return start('agent', 'invoke_agent', facts.name, { ...outer, ...inherited }, own);
}

/** Starts `execute_tool NAME`; null where that failed. Whoever starts it ends it. */
export function startTool({ name, callId, attributes }: ToolFacts): FrameworkSpan | null {
  const id = textOf(callId);
  return start(
    'tool',
    'execute_tool',
    name,
    { ...currentAttribution() },
    {
      ...attributes,
      'gen_ai.tool.name': name,
      ...(id === null ? {} : { 'gen_ai.tool.call.id': id }),
    },
  );
}

/** What all inside inherits, and what the agent's span alone has. */
function toldOf(
  { name, id, conversation, user, attributes }: AgentFacts,
  outer: Attributes | undefined,
): { readonly inherited: Attributes; readonly own: Attributes } {
  const inherited: Attributes = {};
  const own: Attributes = { ...attributes };
  const put = (to: Attributes, key: string, value: unknown): void => {
    const text = typeof value === 'number' ? String(value) : textOf(value);
    if (text !== null) to[key] = text;
  };
  put(inherited, 'gen_ai.agent.name', name);
  if (outer?.['gen_ai.conversation.id'] === undefined) put(inherited, 'gen_ai.conversation.id', conversation);
  if (outer?.['user.id'] === undefined) put(inherited, 'user.id', user);
  put(own, 'gen_ai.agent.id', id);
  return { inherited, own };
}

/**
 * `fn` in a span that was started for it, which ends as `fn` returns, or as the promise it returns settles; without a span,
 * `fn` as it is. What is no failure ends the span without an error.
 */
export function runIn<Result>(
  span: FrameworkSpan | null,
  fn: () => Result,
  isFailure: (error: unknown) => boolean = () => true,
): Result {
  if (span === null) return fn();
  const fail = (error: unknown): never => {
    span.end(isFailure(error) ? { error } : undefined);
    throw error;
  };
  let result: Result;
  try {
    result = span.inside(fn);
  } catch (error) {
    return fail(error);
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  // What goes back is what is watched: a failure nobody handles is reported once, as without the span.
  return result.then((value: unknown) => {
    span.end();
    return value;
  }, fail) as Result;
}

function start(
  kind: FrameworkSpan['kind'],
  operation: string,
  name: string | null,
  attribution: Attributes,
  own: Attributes,
): FrameworkSpan | null {
  try {
    const span = startSpan(operation, name, { ...attribution, ...own }, parentContext());
    return new FrameworkSpan({ kind, name, span, attribution });
  } catch (fault) {
    sayFault(`starting a span of ${kind === 'agent' ? 'an agent' : 'a tool'}`, fault);
    return null;
  }
}

function startSpan(operation: string, name: string | null, attributes: Attributes, parent: Context): Span {
  const span = tracer().startSpan(
    name === null ? operation : `${operation} ${name}`,
    { kind: SpanKind.INTERNAL, attributes: { ...attributes, 'gen_ai.operation.name': operation } },
    parent,
  );
  carryRun(span);
  return span;
}

function guarded(step: () => unknown): void {
  try {
    step();
  } catch (fault) {
    sayFault('recording an agent', fault);
  }
}
