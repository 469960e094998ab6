import { context, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noticeOtherReporter } from '../../instrumentation/calls/otherReporter.ts';

let said: string[];

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    said.push(String(line));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  context.disable();
});

const above = (span: object): Context => trace.setSpan(context.active(), span as unknown as Span);
const line = (scope: string): string =>
  `tollgate: ${scope} records calls that @tollgate/node records as well; each is charged once, and sent twice\n`;

describe('a span of another instrumentation above a call', () => {
  it.each([
    ['by the conventions', { 'gen_ai.operation.name': 'chat' }, '@opentelemetry/instrumentation-openai'],
    ['by Traceloop’s', { 'llm.request.type': 'chat' }, '@traceloop/instrumentation-openai'],
    ['by OpenInference’s', { 'openinference.span.kind': 'LLM' }, '@arizeai/openinference-instrumentation-anthropic'],
  ])('is told of once, whatever names it writes: %s', (_name, attributes, scope) => {
    const span = above({ attributes, instrumentationScope: { name: scope } });
    context.with(span, noticeOtherReporter);
    context.with(span, noticeOtherReporter);
    expect(said).toEqual([line(scope)]);
  });

  it('is seen through the wrapper of OpenInference, and by the older name of its scope', () => {
    const span = { attributes: { 'openinference.span.kind': 'LLM' }, instrumentationLibrary: { name: 'genai-other' } };
    context.with(above({ span }), noticeOtherReporter);
    expect(said).toEqual([line('genai-other')]);
  });

  it.each([
    ['an agent', { 'gen_ai.operation.name': 'invoke_agent' }, 'openai-agents'],
    ['a request', { 'http.request.method': 'POST' }, '@opentelemetry/instrumentation-openai-http'],
    ['a framework', { 'gen_ai.operation.name': 'chat' }, 'ai'],
    ['our own', { 'gen_ai.operation.name': 'chat' }, '@tollgate/node'],
  ])('is no other report of the call where it is %s', (_name, attributes, name) => {
    context.with(above({ attributes, instrumentationScope: { name } }), noticeOtherReporter);
    context.with(above({ instrumentationScope: { name } }), noticeOtherReporter);
    noticeOtherReporter();
    expect(said).toEqual([]);
  });
});
