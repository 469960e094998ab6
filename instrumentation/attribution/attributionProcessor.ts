import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { currentAttribution } from './currentAttribution.ts';
import { currentCall } from '../calls/currentCall.ts';
import { carryRun } from './run.ts';
import { SCOPE } from '../scope.ts';

/**
 * Writes the current attribution on every span as it starts. The preload's own provider has it; an application with an
 * OpenTelemetry SDK of its own adds it there to have more than the LLM spans attributed.
 */
export class AttributionSpanProcessor implements SpanProcessor {
  onStart(span: Span): void {
    // What happens inside a call may go to its provider in headers: the run is taken off there.
    if (currentCall() === undefined) carryRun(span);
    const attribution = currentAttribution();
    // Our spans start with it.
    if (attribution === undefined || span.instrumentationScope.name === SCOPE) return;
    for (const [key, value] of Object.entries(attribution)) {
      // What a span says of itself wins.
      if (value !== undefined && span.attributes[key] === undefined) span.setAttribute(key, value);
    }
  }

  onEnd(): void {
    // Everything is written at the start.
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
