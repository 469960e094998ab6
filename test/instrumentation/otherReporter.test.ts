import { trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noticeOtherReporter } from '../../instrumentation/calls/otherReporter.ts';

let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    said.push(String(line));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A call made below the span. */
function callBelow(span: object | undefined): void {
  vi.spyOn(trace, 'getSpan').mockReturnValue(span as unknown as Span | undefined);
  noticeOtherReporter();
}
const line = (scope: string): string =>
  `tollgate: ${scope} records calls that @tollgate/node records as well; each is charged once, and sent twice\n`;

describe('a span of another instrumentation above a call', () => {
  it.each([
    ['by the conventions', { 'gen_ai.operation.name': 'chat' }, '@opentelemetry/instrumentation-openai'],
    ['by Traceloop’s', { 'llm.request.type': 'chat' }, '@traceloop/instrumentation-openai'],
    ['by OpenInference’s', { 'openinference.span.kind': 'LLM' }, '@arizeai/openinference-instrumentation-anthropic'],
  ])('is told of once, whatever names it writes: %s', (_name, attributes, scope) => {
    callBelow({ attributes, instrumentationScope: { name: scope } });
    callBelow({ attributes, instrumentationScope: { name: scope } });
    expect(said).toEqual([line(scope)]);
  });

  it('is seen through the wrapper of OpenInference, and by the older name of its scope', () => {
    const span = { attributes: { 'openinference.span.kind': 'LLM' }, instrumentationLibrary: { name: 'genai-other' } };
    callBelow({ span });
    expect(said).toEqual([line('genai-other')]);
  });

  it.each([
    ['an agent', { 'gen_ai.operation.name': 'invoke_agent' }, 'openai-agents'],
    ['a request', { 'http.request.method': 'POST' }, '@opentelemetry/instrumentation-openai-http'],
    ['a framework', { 'gen_ai.operation.name': 'chat' }, 'ai'],
    ['our own', { 'gen_ai.operation.name': 'chat' }, '@tollgate/node'],
  ])('is no other report of the call where it is %s', (_name, attributes, name) => {
    callBelow({ attributes, instrumentationScope: { name } });
    callBelow({ instrumentationScope: { name } });
    callBelow(undefined);
    expect(said).toEqual([]);
  });
});
