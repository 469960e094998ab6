import { type Asked, type Expected, periodOf, walk } from './agree.ts';

type Json = ReturnType<typeof JSON.parse>;

const ROWS_OF_FOUND = 100;

const idOf = ({ values }: Asked): string => String(values['trace_id']);
const askTrace = (asked: Asked): Promise<Json> => asked.get(`/api/v1/traces/${idOf(asked)}`);

/** Every span of the tree, each before those below it. */
const spansOf = (spans: readonly Json[]): Json[] => spans.flatMap((span) => [span, ...spansOf(span.children)]);

const costOf = ({ charge, cost_usd: cost }: Json): string | null => (charge === 'charged' ? cost : null);

export const trace: Readonly<Record<string, Expected>> = {
  'This trace': async (asked) => {
    const answer = await askTrace(asked);
    const { charges } = answer;
    const calls = await walk(asked, `/api/v1/calls?trace_id=${idOf(asked)}`);
    return [
      {
        Cost: answer.cost_usd,
        'Charged calls': charges.charged,
        'Without a price': calls.filter(({ cost_usd: cost }) => cost === null).length,
        'Not charged': charges.duplicate + charges.container,
        Spans: answer.span_count,
      },
    ];
  },
  'Cost by agent': async (asked) => {
    const { agents } = await askTrace(asked);
    return agents
      .filter(({ calls }: Json) => calls > 0)
      .map(({ agent, own_cost_usd: cost }: Json) => ({ metric: agent, value: cost }));
  },
  Spans: async (asked) =>
    spansOf((await askTrace(asked)).spans).map((span) => ({
      traceID: idOf(asked),
      spanID: span.span_id,
      parentSpanID: span.parent_span_id,
      operationName: span.name,
      serviceName: span.service,
      startTime: span.started_at,
      duration: span.duration_ms,
      statusCode: span.status === 'error' ? 2 : 0,
      kind: span.kind,
    })),
  'Tree with costs': async (asked) => {
    const depths = (spans: readonly Json[], depth: number): [Json, number][] =>
      spans.flatMap((span) => [[span, depth] as [Json, number], ...depths(span.children, depth + 1)]);
    return depths((await askTrace(asked)).spans, 0).map(([span, depth]) => ({
      Span: `${'· '.repeat(depth)}${span.name}`,
      Service: span.service ?? '(none)',
      Duration: span.duration_ms,
      Status: span.status,
      Cost: costOf(span),
      'With all below': span.subtree_cost_usd,
      Charge: span.charge,
      Why: span.charge_reason,
    }));
  },
  'Usage and prices': async (asked) =>
    (await walk(asked, `/api/v1/calls?trace_id=${idOf(asked)}`)).map((call) => ({
      Started: call.started_at,
      Provider: call.provider ?? '(none)',
      Model: call.model ?? '(none)',
      Agent: call.agent ?? '(none)',
      Input: call.usage.input_uncached,
      'Cache read': call.usage.cache_read,
      'Cache write 5 min': call.usage.cache_write_5m,
      'Cache write 1 h': call.usage.cache_write_1h,
      Output: call.usage.output,
      Reasoning: call.usage.reasoning,
      Cost: call.cost_usd,
      Status: call.cost_status,
      Price: call.price?.card ?? call.unpriced_reason,
      Span: call.span_id,
    })),
  'Find a trace': async (asked) =>
    (await asked.get(`/api/v1/calls?${periodOf(asked)}&sort=-started_at&limit=${ROWS_OF_FOUND}`)).items.map(
      (call: Json) => ({
        Started: call.started_at,
        Agent: call.agent ?? '(none)',
        User: call.user ?? '(none)',
        Session: call.session ?? '(none)',
        Model: call.model ?? '(none)',
        Cost: call.cost_usd,
        Duration: call.duration_ms,
        Status: call.status,
        Trace: call.trace_id,
      }),
    ),
};
