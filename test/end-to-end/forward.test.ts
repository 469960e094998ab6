import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { OK, type Received, startHttpDownstream } from '../forward/httpDownstream.ts';
import { makeCall, postCalls, traceExport } from '../support/exports.ts';
import { claudeRequest, logsExport } from '../support/logRecords.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';

interface Forwarded {
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Every span in these requests, as the official schema reads them. */
function spansIn(received: readonly Received[]): Forwarded[] {
  const type = exportTraceServiceRequestType();
  return received.flatMap(({ body }) => {
    const request = type.toObject(type.decode(body), { bytes: Buffer, longs: Number, arrays: true }) as {
      resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[];
    };
    return request.resourceSpans
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .map(({ spanId, attributes }) => ({
        spanId: Buffer.from(spanId ?? []).toString('hex'),
        attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
      }));
  });
}

interface WireSpan {
  readonly spanId?: Uint8Array;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** The metrics whose names begin so, summed over their labels. */
async function counters(api: string): Promise<(name: string) => number> {
  const lines = (await (await fetch(`${api}/metrics`)).text()).split('\n');
  return (name) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('a service with forward.endpoint', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tollgate-forward-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('passes every span on, priced calls with what they cost and whose they are, and its counters add up', async () => {
    await using downstream = await startHttpDownstream(() => OK);
    const args = ['--data-dir', dir, '--forward-endpoint', downstream.url];
    await using service = await startService({ args });
    const one = makeCall({ inputTokens: 1234 });
    const old = makeCall({ startedAtMs: Date.now() - 500 * 86_400_000 });
    const request = JSON.parse(traceExport([old, one])) as WrittenRequest;
    const [resource] = request.resourceSpans;
    const plain = { ...resource?.scopeSpans[0]?.spans[0], startTimeUnixNano: `${Date.now()}000000` };
    const others = { ...plain, spanId: 'aa'.repeat(8), name: 'GET /', attributes: [] };
    const nameless = { ...plain, spanId: '', name: 'no id' };
    resource?.scopeSpans[0]?.spans.push(others, nameless);
    const body = JSON.stringify(request);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${service.http}/v1/traces`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '2' } });
    // The same call again, and a call that a log record tells of: the first is charged once, the second goes nowhere.
    await postCalls(service.http, [one]);
    const logs = logsExport('json', [claudeRequest({ timeUnixNano: BigInt(Date.now()) * 1_000_000n })]);
    await fetch(`${service.http}/v1/logs`, { method: 'POST', headers, body: logs });

    await until(async () => (await counters(service.api))('tollgate_forward_spans_forwarded_total') === 5);
    const forwarded = spansIn(downstream.received);
    expect(forwarded.map(({ spanId }) => spanId).toSorted()).toEqual(
      ['', 'aa'.repeat(8), old.spanId, one.spanId, one.spanId].toSorted(),
    );
    for (const { attributes } of forwarded.filter(({ spanId }) => spanId === one.spanId)) {
      // 1234 × 2.50 USD and 100 × 10 USD a million: 0.003085 + 0.001.
      expect(attributes).toMatchObject({
        'gen_ai.usage.cost.amount': 0.004085,
        'gen_ai.usage.cost.currency': 'USD',
        'gen_ai.usage.cost.source': 'local',
        'tollgate.cost.usd': '0.004085',
        'tollgate.cost.status': 'priced',
        'tollgate.charge': 'charged',
        'gen_ai.agent.name': 'support-bot',
      });
    }
    const unpriced = forwarded.filter(({ spanId }) => spanId !== one.spanId);
    expect(
      unpriced.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => /cost|charge/.test(key)),
    ).toEqual([]);

    const count = await counters(service.api);
    expect(count('tollgate_spans_received_total') + count('tollgate_log_records_read_total')).toBe(6);
    expect(
      count('tollgate_spans_rejected_total') +
        count('tollgate_log_records_rejected_total') +
        count('tollgate_calls_stored_total') +
        count('tollgate_calls_repeated_total') +
        count('tollgate_spans_without_call_total'),
    ).toBe(6);
    expect(count('tollgate_forward_spans_queued_total')).toBe(5);
    expect(count('tollgate_forward_queue_spans')).toBe(0);
  });

  it('charges what it cannot pass on, asks the sender to come again, and charges it once when there is room', async () => {
    let isUp = false;
    await using downstream = await startHttpDownstream(() => (isUp ? OK : { status: 503 }));
    const config = join(dir, 'tollgate.yaml');
    writeFileSync(config, `forward:\n  endpoint: ${downstream.url}\n  compression: none\n  queue_bytes: 1048576\n`);
    await using service = await startService({ args: ['--config', config, '--data-dir', join(dir, 'data')] });
    const session = 'x'.repeat(1000);
    const sent: string[] = [];
    let refused: Response | null = null;
    let waiting = [makeCall()];
    for (let attempt = 0; refused === null && attempt < 100; attempt += 1) {
      waiting = Array.from({ length: 50 }, () => makeCall({ session }));
      sent.push(...waiting.map(({ spanId }) => spanId));
      const answer = await postCalls(service.http, waiting);
      if (answer.status !== 200) refused = answer;
    }
    expect(refused?.status).toBe(503);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    const charged = async (): Promise<number> => {
      const answer = await fetch(`${service.api}/api/v1/costs?period=24h`);
      return ((await answer.json()) as { totals: { calls: number } }).totals.calls;
    };
    expect(await charged()).toBe(sent.length);

    isUp = true;
    await until(async () => (await postCalls(service.http, waiting)).status === 200);
    const arrived = (): Set<string> => new Set(spansIn(downstream.received).map(({ spanId }) => spanId));
    await until(() => {
      const there = arrived();
      return sent.every((spanId) => there.has(spanId));
    });
    expect(await charged()).toBe(sent.length);
  });
});

interface WrittenRequest {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: object[] }[] }[];
}
