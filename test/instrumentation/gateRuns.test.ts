import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness } from './gateHarness.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';

let harness: GateHarness;
const home = makeHome();
const trace = (headers: Readonly<Record<string, string>>): unknown[] => [
  headers['traceparent'] !== undefined,
  headers['tracestate'],
];

beforeAll(async () => {
  harness = await startGateHarness();
});

afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  home.remove();
});

describe('a run', () => {
  let stderr: string;
  /** Run and trace of the question that a child's call was preceded by. */
  const asked = (model: string): unknown => {
    const { run_id, trace_id } = harness.policy.asked.find(({ call }) => call?.['model'] === model)?.call ?? {};
    return { run_id, trace_id };
  };
  const span = (name: string): { traceId: string; spanId: string } => {
    const found = harness.receiver.spans.find((candidate) => candidate.name === name);
    return { traceId: found?.traceId ?? 'none', spanId: found?.spanId ?? 'none' };
  };

  beforeAll(async () => {
    const environment = {
      ...environmentFor(harness.provider.url, harness.receiver.url, home.path),
      TOLLGATE_POLICY_URL: harness.policy.url,
    };
    const end = await runApp('runs.mjs', { environment });
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 0, stdout: '' });
    stderr = end.stderr;
  });

  it('holds for the calls of processes started inside, and of those they start, in the trace they were started in', () => {
    const { traceId, spanId } = span('invoke_agent parent');
    for (const model of ['spawned', 'grandchild', 'forked', 'executed', 'file'])
      expect({ model, asked: asked(model) }).toEqual({ model, asked: { run_id: 'r2', trace_id: traceId } });
    expect(asked('inner')).toEqual({ run_id: 'r3', trace_id: traceId });
    const { parentSpanId, attributes, traceState } = harness.spanOf('forked');
    expect({ parentSpanId, run: attributes['tollgate.run.id'], traceState }).toEqual({
      parentSpanId: spanId,
      run: 'r2',
      traceState: 'tollgate=r:r2',
    });
  });

  it('is carried by a trace of its own where no span is active', () => {
    expect(asked('no-span')).toMatchObject({ run_id: 'r1' });
    expect(harness.spanOf('no-span').parentSpanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('without a name is the trace', () => {
    expect(asked('traced')).toEqual({ run_id: undefined, trace_id: span('invoke_agent no-run').traceId });
  });

  it("is not put over an application's own parent for the child", () => {
    expect(asked('own-parent')).toEqual({ run_id: undefined, trace_id: 'a'.repeat(32) });
  });

  it('that no trace state can carry stays in its process, and that is said', () => {
    expect(asked('not-carried')).toMatchObject({ run_id: undefined });
    expect(stderr).toBe(
      'tollgate: run "has,comma" cannot be carried to other processes: it needs to be 1 to 254 printable ASCII characters without blank , ; =\n',
    );
  });

  it('ends where it ends', () => {
    expect(harness.spanOf('outside').attributes['tollgate.run.id']).toBeUndefined();
    expect(harness.spanOf('outside').parentSpanId).toBeNull();
  });

  it('reaches no provider', () => {
    expect(harness.provider.requests).toHaveLength(11);
    const headers = harness.provider.requests.flatMap((request) => Object.keys(request.headers));
    expect(headers.filter((name) => /^(?:trace|baggage)|tollgate/.test(name))).toEqual([]);
  });
});

describe('an application that propagates context itself', () => {
  it.each(['yes', 'no'])(
    'sends the run everywhere but to a provider (AttributionSpanProcessor: %s)',
    async (PROCESSOR) => {
      harness.provider.requests.length = 0;
      const end = await runApp('runHeaders.mjs', {
        environment: {
          ...environmentFor(harness.provider.url, harness.receiver.url, home.path),
          PROCESSOR,
          ANTHROPIC_OPEN_TELEMETRY: 'true',
          ANTHROPIC_OPEN_TELEMETRY_PROPAGATION: 'true',
        },
      });
      const line = end.stderr.split('\n').find((text) => text.startsWith('seen: ')) ?? 'seen: {}';
      const seen = JSON.parse(line.slice('seen: '.length)) as Record<string, Record<string, string>>;
      const { still, rootless, ...carriers } = seen;
      expect(rootless).toEqual({});
      expect(still).toBe('the same span');
      expect(Object.fromEntries(Object.entries(carriers).map(([name, headers]) => [name, trace(headers)]))).toEqual({
        inside: [true, 'tollgate=r:r1'],
        work: [true, 'tollgate=r:r1'],
        outer: [true, 'tollgate=r:r2'],
        after: [true, undefined],
      });
      // The transports did propagate, the SDK's own included; our entry was not in it.
      const sent = harness.provider.requests.map(({ headers }) => trace(headers as Record<string, string>));
      expect(sent).toEqual([
        [true, undefined],
        [true, undefined],
        [true, undefined],
        [true, undefined],
      ]);
    },
  );
});
