import { describe, expect, it } from 'vitest';
import { getCosts } from '../support/asking.ts';
import { makeTestPlace } from '../support/database.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService, type RunningService } from '../support/service.ts';

const START_NANO = BigInt(Date.now() - 60_000) * 1_000_000n;
const MS = 1_000_000n;

interface WrittenSpan {
  readonly trace?: string;
  readonly span: string;
  readonly parent?: string;
  readonly scope?: string;
  readonly service?: string;
  readonly kind?: number;
  readonly fromMs?: number;
  readonly lastsMs?: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

function request({ trace = 'a', span, parent, scope = 'app', service = 'shop', ...rest }: WrittenSpan): string {
  const start = START_NANO + BigInt(rest.fromMs ?? 0) * MS;
  const attributes = Object.entries(rest.attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
  const written = {
    traceId: trace.repeat(32),
    spanId: span.repeat(16),
    ...(parent === undefined ? {} : { parentSpanId: parent.repeat(16) }),
    name: 'span',
    kind: rest.kind ?? 3,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(rest.lastsMs ?? 1000) * MS),
    attributes,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: scope }, spans: [written] }] }] });
}

async function send({ http }: RunningService, span: WrittenSpan): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${http}/v1/traces`, { method: 'POST', headers, body: request(span) });
  expect([response.status, await response.json()]).toEqual([200, {}]);
}

/** 1,000 × 2.50e-6 + 100 × 10e-6 = 0.0035 USD. */
const usage = {
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.response.id': 'chatcmpl-123456', ...usage };

async function byAgent({ api }: RunningService): Promise<unknown> {
  const { groups } = await getCosts(api, 'period=24h&group_by=agent');
  return groups.map(({ agent, calls, cost_usd }) => [agent, calls, cost_usd]);
}

describe('a trace that comes in parts', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('to two processes ends with one charge, at the right agent: client, gateway in a trace of its own, late parent', async () => {
    await using place = await makeTestPlace('postgres15');
    await using one = await startService({ args: ['--database-url', place.url ?? ''] });
    await using two = await startService({ args: ['--database-url', place.url ?? ''] });
    await send(one, {
      trace: 'b',
      span: '3',
      scope: 'gateway',
      service: 'gateway',
      kind: 2,
      fromMs: 5,
      lastsMs: 990,
      attributes: chat,
    });
    await send(two, { span: '2', parent: '1', scope: 'sdk', attributes: chat });
    expect(await byAgent(one)).toEqual([['(none)', 1, '0.0035']]);
    await send(one, {
      span: '1',
      kind: 1,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'bot' },
    });
    expect(await byAgent(two)).toEqual([['bot', 1, '0.0035']]);
    const gateway = await fetch(`${two.api}/api/v1/calls/${'b'.repeat(32)}/${'3'.repeat(16)}`);
    expect(await gateway.json()).toMatchObject({
      charge: 'duplicate',
      charge_reason: `same_provider_id ${'a'.repeat(32)}/${'2'.repeat(16)}`,
    });
  });

  it("has its agent's total charged after the settle delay, and taken back for the call that comes later", async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir, '--settle-delay-ms', '300'] });
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'remote', ...usage };
    await send(service, { span: '1', attributes: agent });
    await expect.poll(() => byAgent(service), { timeout: 20_000 }).toEqual([['remote', 1, '0.0035']]);
    await send(service, { span: '2', parent: '1', lastsMs: 900, attributes: chat });
    expect(await byAgent(service)).toEqual([['remote', 1, '0.0035']]);
    const calls = (await (await fetch(`${service.api}/api/v1/calls?charge=all&sort=-duration_ms`)).json()) as {
      items: Record<string, unknown>[];
    };
    expect(calls.items.map(({ agent, charge }) => [agent, charge])).toEqual([
      ['remote', 'container'],
      ['remote', 'charged'],
    ]);
  });
});
