import { describe, expect, it } from 'vitest';
import { hostileAgents, hostileUsers } from '../support/fillStore/cast.ts';
import { DAY_MS, daysOfTurns } from '../support/fillStore/days.ts';
import { createDraw } from '../support/fillStore/random.ts';
import { writeExport, type WrittenSpan } from '../support/fillStore/spans.ts';
import { spansOfTurn } from '../support/fillStore/turn.ts';

const NOW = Date.parse('2026-11-22T00:00:30Z');

function draw(seed: number, nowMs = NOW): WrittenSpan[] {
  const of = createDraw(seed);
  const days = [...daysOfTurns({ nowMs, days: 61, turnsADay: 45, users: 400 }, of)];
  return days.flatMap((turns) => turns.flatMap((turn) => spansOfTurn(turn, of)));
}

const named = (spans: readonly WrittenSpan[], key: string): Set<unknown> =>
  new Set(spans.flatMap(({ attributes }) => attributes[key] ?? []));

describe('what the filled store is filled with', () => {
  it('is the same for a seed and an instant, and another for another', () => {
    const one = draw(1);
    expect(writeExport(one)).toBe(writeExport(draw(1)));
    expect(writeExport(one)).not.toBe(writeExport(draw(2)));
    // A whole week later the same happens a week later.
    const shifted = draw(1, NOW + 7 * DAY_MS).map((span) => ({ ...span, startMs: span.startMs - 7 * DAY_MS }));
    expect(shifted).toEqual(one);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('has what the panels ask for, %i days on', (days) => {
    const nowMs = NOW + days * DAY_MS;
    const spans = draw(20_261_122, nowMs);
    const starts = spans.map(({ startMs }) => startMs);
    expect(Math.min(...starts)).toBeGreaterThan(nowMs - 61 * DAY_MS);
    expect(Math.min(...starts)).toBeLessThan(nowMs - 59 * DAY_MS);
    expect(Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs))).toBeLessThan(nowMs);
    expect(Math.max(...starts)).toBeGreaterThan(nowMs - 5 * 60_000);
    expect([...named(spans, 'gen_ai.agent.name')]).toEqual(expect.arrayContaining([...hostileAgents]));
    expect([...named(spans, 'user.id')]).toEqual(expect.arrayContaining([...hostileUsers]));
    expect([...named(spans, 'gen_ai.request.model')]).toEqual(
      expect.arrayContaining(['orion-3-preview', 'in-house-7b', 'our-gpt4o', 'qwen/qwen3-coder']),
    );
    expect(new Set(spans.map(({ environment }) => environment))).toEqual(new Set(['production', 'staging', null]));
    expect(spans.filter(({ error }) => error !== null).length).toBeGreaterThan(50);
    expect(spans.filter(({ service }) => service === 'llm-gateway').length).toBeGreaterThan(100);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  });
});
