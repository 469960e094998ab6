import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { readSpan } from '../../src/dialects/read.ts';
import { compileSources, type SourceRule } from '../../src/dialects/sources.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { Received } from '../simulation/auditor/row.ts';
import { figuresOf, statusOf } from './recordedBills.ts';
import { readFixture, settleReceived } from './recordedCharges.ts';

/** Figures and status of what is charged of the spans of a recording, its log records left out. */
function chargedOf(path: string, scope: string, usage: SourceRule['usage']): string[] {
  const findSource = compileSources([
    { scope, service: null, inputIncludesCache: null, outputIncludesReasoning: null, usage, provider: null },
  ]);
  const pricing = createPricing();
  const spans = readFixture(path)
    .exports.filter(({ signal }) => signal === 'traces')
    .flatMap(({ request }) => decodeTraces('json', Buffer.from(JSON.stringify(request)), wantedKeys).spans);
  const received = spans.map((span): Received => {
    const reading = readSpan(span, findSource);
    const common = { tenant: 'default', keyAgent: null, receivedMs: 0 };
    if (reading.kind === 'span') return { ...common, span: reading.skeleton, call: null };
    return { ...common, span: reading.call, call: pricing.price(reading.call) };
  });
  return settleReceived(received)
    .filter(({ charge }) => charge === 'charged')
    .map(({ call }) => `${figuresOf(call.usage)} ${statusOf(call)}`);
}

describe('what the operator says of a recording', () => {
  it('has a call once that two emitters report in two traces without a common id', () => {
    const path = 'strands/with-native-anthropic';
    const once = ['8 / 1024 / – / – / 70 priced', '9 / 1024 / – / – / 70 priced', '25 / – / 2048 / – / 80 priced'];
    expect(chargedOf(path, 'no such scope', 'container')).toEqual([...once, '25 / 0 / 2048 / 0 / 80 priced']);
    expect(chargedOf(path, 'com.anthropic.sdk.typescript', 'container')).toEqual(once);
  });

  it('has a stream once that two emitters report with different figures', () => {
    const path = 'traceloop-sdk/langchain';
    expect(chargedOf(path, 'no such scope', 'container')).toHaveLength(3);
    expect(chargedOf(path, '@traceloop/instrumentation-openai', 'container')).toEqual([
      '1076 / – / – / – / 70 lossy',
      '65 / – / – / – / 91 lossy',
    ]);
  });

  it('charges the spans of a program whose log records are not sent', () => {
    expect(chargedOf('gemini-cli/prompt', 'gemini-cli', null)).toEqual([]);
    expect(chargedOf('gemini-cli/prompt', 'gemini-cli', 'call')).toEqual(['1124 / – / – / – / 16 lossy']);
    expect(chargedOf('codex-cli/exec', 'codex*', null)).toEqual([]);
    expect(chargedOf('codex-cli/exec', 'codex*', 'call')).toEqual(['100 / 1024 / 0 / – / 80 unknown_model']);
  });
});
