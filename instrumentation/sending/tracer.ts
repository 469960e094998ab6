import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import type { Context, Span, SpanOptions, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import { SCOPE, VERSION } from '../scope.ts';
import { shared } from '../shared.ts';

/** What the API hands out while nobody has registered anything; one object a copy of the API. */
const nothing = new ProxyTracerProvider().getDelegate();

/**
 * Decides span by span: the provider the application registered, before or after the preload, else our own, started
 * with the first span that needs it. It is not registered globally, where it would refuse the application's; it is set
 * behind the API's proxy, where the application's registration replaces it.
 */
export class DeferringTracerProvider implements TracerProvider {
  readonly #startOwn: () => TracerProvider | null;
  #own: TracerProvider | null | undefined;

  constructor(startOwn: () => TracerProvider | null) {
    this.#startOwn = startOwn;
  }

  /** Puts itself where other libraries' `trace.getTracer()` finds it, unless somebody is there. */
  installBehindProxy(): void {
    const provider = trace.getTracerProvider();
    if (this.registered() === null && provider instanceof ProxyTracerProvider) provider.setDelegate(this);
  }

  registered(): TracerProvider | null {
    const global = trace.getTracerProvider();
    const provider =
      'getDelegate' in global && typeof global.getDelegate === 'function'
        ? (global.getDelegate() as TracerProvider)
        : global;
    return provider === nothing || provider === this ? null : provider;
  }

  current(): TracerProvider {
    const registered = this.registered();
    if (registered !== null) return registered;
    if (this.#own === undefined) this.#own = this.#startOwn();
    return this.#own ?? nothing;
  }

  /** Of whoever has had spans: the application's, and our own from before it was registered. */
  async forceFlush(): Promise<void> {
    await Promise.all([this.registered(), this.#own].map(forceFlush));
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new DeferringTracer(this, name, version, options);
  }
}

/** The API has no such method; the SDKs' providers do. */
export async function forceFlush(provider: object | null | undefined): Promise<void> {
  const flushing: { forceFlush?: unknown } = provider ?? {};
  if (typeof flushing.forceFlush === 'function') await flushing.forceFlush();
}

class DeferringTracer implements Tracer {
  readonly #provider: DeferringTracerProvider;
  readonly #identity: [name: string, version?: string, options?: TracerOptions];
  #from: TracerProvider | null = null;
  #tracer: Tracer | null = null;

  constructor(
    provider: DeferringTracerProvider,
    ...identity: [name: string, version?: string, options?: TracerOptions]
  ) {
    this.#provider = provider;
    this.#identity = identity;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.#current().startSpan(name, options, context);
  }

  startActiveSpan(...args: unknown[]): never {
    const tracer: { startActiveSpan(...args: never[]): unknown } = this.#current();
    return tracer.startActiveSpan(...(args as never[])) as never;
  }

  #current(): Tracer {
    const from = this.#provider.current();
    if (this.#tracer === null || this.#from !== from) {
      this.#from = from;
      this.#tracer = from.getTracer(...this.#identity);
    }
    return this.#tracer;
  }
}

let cached: { readonly provider: TracerProvider | undefined; readonly tracer: Tracer } | null = null;

/** Our tracer: the preload's, which defers, else whatever the API has. */
export function tracer(): Tracer {
  const provider = shared.tracerProvider;
  if (cached === null || cached.provider !== provider) {
    cached = { provider, tracer: (provider ?? trace.getTracerProvider()).getTracer(SCOPE, VERSION) };
  }
  return cached.tracer;
}
