import { describe, expect, it } from 'vitest';
import { getCosts } from '../support/asking.ts';
import { makeTestPlace } from '../support/database.ts';
import { claudeRequest, codexCompleted, geminiResponse, logsExport, type WrittenLog } from '../support/logRecords.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService, type RunningService } from '../support/service.ts';

const NOW_UNIX_NANO = BigInt(Date.now()) * 1_000_000n;
const now = { timeUnixNano: NOW_UNIX_NANO, observedTimeUnixNano: NOW_UNIX_NANO };

const types = { protobuf: 'application/x-protobuf', json: 'application/json' };

async function post(service: RunningService, path: string, type: string, body: Uint8Array | string): Promise<unknown> {
  const response = await fetch(`${service.http}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  expect(response.status).toBe(200);
  return type === types.json ? response.json() : (await response.arrayBuffer()).byteLength;
}

const sendLogs = (service: RunningService, encoding: keyof typeof types, logs: readonly WrittenLog[]) =>
  post(service, '/v1/logs', types[encoding], logsExport(encoding, logs));

async function getJson(url: string): Promise<{ items: Record<string, unknown>[] }> {
  return (await (await fetch(url)).json()) as { items: Record<string, unknown>[] };
}

const attribute = (key: string, value: string | number): object => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
});

/** The span that Claude Code writes of the same request where its tracing is on. */
function claudeSpan(): string {
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'claude_code.llm_request',
    kind: 1,
    startTimeUnixNano: String(NOW_UNIX_NANO - 1_040_000_000n),
    endTimeUnixNano: String(NOW_UNIX_NANO),
    attributes: [
      attribute('gen_ai.system', 'anthropic'),
      attribute('gen_ai.request.model', 'claude-haiku-4-5-20251001'),
      attribute('model', 'claude-haiku-4-5-20251001'),
      attribute('request_id', String(claudeRequest().attributes['request_id'])),
      attribute('input_tokens', 10),
      attribute('output_tokens', 39),
      attribute('cache_read_tokens', 20_058),
      attribute('cache_creation_tokens', 3_485),
    ],
  };
  const scope = { name: 'com.anthropic.claude_code.tracing' };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope, spans: [span] }] }] });
}

describe('log records of coding agents', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('are charged once each, in either encoding and however often they come', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    const prompt = claudeRequest({
      ...now,
      body: 'claude_code.user_prompt',
      attributes: { 'event.name': 'user_prompt' },
    });
    const codexTime = { 'event.timestamp': new Date(Number(NOW_UNIX_NANO / 1_000_000n)).toISOString() };
    const logs = [prompt, claudeRequest(now), codexCompleted({ attributes: codexTime }), geminiResponse(now)];
    expect(await sendLogs(service, 'protobuf', logs)).toBe(0);
    expect(await sendLogs(service, 'json', [...logs].reverse())).toEqual({});
    // 6567.05 + 15000 + 13700 millionths of a dollar, each worked out in test/service/logsPipeline.test.ts
    expect((await getCosts(service.api)).totals).toMatchObject({ calls: 3, cost_usd: '0.03526705' });
    const { items } = await getJson(`${service.api}/api/v1/calls?sort=-cost_usd`);
    expect(items.map(({ dialect, user, session }) => [dialect, user, session])).toEqual([
      ['codex', 'bob@example.com', 'codex-conversation'],
      ['gemini-cli', 'eve@example.com', 'gemini-session'],
      ['claude-code', 'account-ann', 'claude-session'],
    ]);
    expect(items[2]).toMatchObject({ cost_usd: '0.00656705', reported_cost_usd: '0.0065673' });
    const metrics = await (await fetch(`${service.api}/metrics`)).text();
    expect(metrics).toContain('tollgate_log_records_received_total 8');
    expect(metrics).toContain('tollgate_log_records_read_total 6');
  });

  it('and the span of the same request are one call, whichever comes first', async () => {
    for (const isLogFirst of [true, false]) {
      await using place = await makeTestPlace('embedded');
      await using service = await startService({ args: ['--data-dir', place.dataDir] });
      if (isLogFirst) await sendLogs(service, 'protobuf', [claudeRequest(now)]);
      await post(service, '/v1/traces', types.json, claudeSpan());
      if (!isLogFirst) await sendLogs(service, 'protobuf', [claudeRequest(now)]);
      expect((await getCosts(service.api)).totals).toMatchObject({ calls: 1, cost_usd: '0.00656705' });
      const { items } = await getJson(`${service.api}/api/v1/calls?charge=all`);
      expect(new Set(items.map(({ charge }) => charge))).toEqual(new Set(['charged', 'duplicate']));
    }
  });
});
