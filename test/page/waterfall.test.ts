import { describe, expect, it } from 'vitest';
import {
  barOf,
  collapsedAtFirst,
  epochMicros,
  pathTo,
  spanKey,
  traceTime,
  treeMove,
  waterfallRows,
} from '../../dashboards/page/model/waterfall.ts';

interface Span {
  readonly span_id: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly children: readonly Span[];
}

const span = (id: string, atMs: number, durationMs: number, children: readonly Span[] = []): Span => ({
  span_id: id,
  started_at: new Date(atMs).toISOString(),
  duration_ms: durationMs,
  children,
});
const [call, tool] = [span('call', 100, 50), span('tool', 160, 200)];
const agent = span('agent', 50, 150, [call, tool]);
const root = span('root', 0, 250, [agent, span('log', 240, 10)]);
const ids = (collapsed: ReadonlySet<string> = new Set()): string[] =>
  waterfallRows([root], collapsed).map((row) => `${row.level}.${row.position}/${row.setSize} ${row.span.span_id}`);

describe('the rows of a waterfall', () => {
  it('go depth first, with level, position and number of siblings from 1', () => {
    expect(ids()).toEqual(['1.1/1 root', '2.1/2 agent', '3.1/2 call', '3.2/2 tool', '2.2/2 log']);
  });

  it('leave out what is below a collapsed span', () => {
    expect(ids(new Set([spanKey(agent)]))).toEqual(['1.1/1 root', '2.1/2 agent', '2.2/2 log']);
  });

  it('open level by level while not more than so many rows show: 1 + 2 = 3 do, + 2 = 5 do not', () => {
    expect(collapsedAtFirst([root], 5)).toEqual(new Set());
    expect(collapsedAtFirst([root], 4)).toEqual(new Set([spanKey(agent)]));
    expect(collapsedAtFirst([root], 2)).toEqual(new Set([spanKey(root), spanKey(agent)]));
  });

  it('know the way to a span', () => {
    expect(pathTo([root], 'tool')).toEqual([spanKey(root), spanKey(agent)]);
    expect(pathTo([root], 'nothing')).toBeNull();
  });
});

describe('the time of a trace', () => {
  it('goes to the last end of any span: the tool ends at 160 + 200 = 360 ms, after its root', () => {
    const time = traceTime([root]);
    expect(time).toEqual({ startMicros: 0, lengthMs: 360 });
    expect(barOf(tool, time)).toEqual({ from: 160 / 360, length: 200 / 360 });
  });

  it('keeps microseconds', () => {
    expect(epochMicros('2026-11-22T10:00:00.000001Z') - epochMicros('2026-11-22T10:00:00Z')).toBe(1);
    expect(epochMicros('2026-11-22T10:00:00.5Z') - epochMicros('2026-11-22T10:00:00Z')).toBe(500_000);
  });

  it('has every bar at its start where nothing took any time', () => {
    expect(barOf(span('a', 5, 0), traceTime([span('a', 5, 0)]))).toEqual({ from: 0, length: 0 });
    expect(traceTime([])).toEqual({ startMicros: 0, lengthMs: 0 });
  });
});

describe('keys in the tree', () => {
  const rows = waterfallRows([root], new Set([spanKey(agent)]));
  const at = (id: string): number => rows.findIndex((row) => row.span.span_id === id);

  it('go up and down and stop at both ends', () => {
    expect(treeMove(rows, 0, 'ArrowDown')).toEqual({ focus: 1 });
    expect(treeMove(rows, 0, 'ArrowUp')).toEqual({ focus: 0 });
    expect(treeMove(rows, 1, 'End')).toEqual({ focus: 2 });
    expect(treeMove(rows, 2, 'PageDown')).toEqual({ focus: 2 });
  });

  it('open a collapsed row to the right, go into an open one, and close or leave to the left', () => {
    expect(treeMove(rows, at('agent'), 'ArrowRight')).toEqual({ toggle: spanKey(agent) });
    expect(treeMove(rows, at('root'), 'ArrowRight')).toEqual({ focus: 1 });
    expect(treeMove(rows, at('log'), 'ArrowRight')).toBeNull();
    expect(treeMove(rows, at('root'), 'ArrowLeft')).toEqual({ toggle: spanKey(root) });
    expect(treeMove(rows, at('log'), 'ArrowLeft')).toEqual({ focus: 0 });
  });

  it('leave other keys to the browser', () => {
    expect(treeMove(rows, 0, 'Tab')).toBeNull();
  });
});
