import type { AttributeValue } from '../../src/span.ts';
import type { ExpectedSpan } from './support/describeClient.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Fetched {
  readonly operation: 'chat' | 'generate_content' | 'embeddings' | 'text_completion';
  readonly provider: string;
  readonly host: string;
  /** Of what is answered in the normal way; none where the provider gives no id. */
  readonly idOf: (model: string) => string | null;
  readonly finish: string;
  /** Null where the answer does not name it. */
  readonly model?: null;
}

interface Answered extends Partial<Fetched> {
  /** Three words are asked, and sixteen answered; null where nothing is. */
  readonly input?: number;
  readonly output?: number | null;
  readonly more?: Attributes;
}

/** What the fetch layer leaves of a client's scenarios, each of which is named by its model. */
export interface FetchedSpans {
  readonly answered: (scenario: string, answer?: Answered) => ExpectedSpan;
  /** Left before its end: an estimate from the text that was seen. */
  readonly left: (scenario: string, usage: Answered, error?: string) => ExpectedSpan;
  readonly failed: (scenario: string, errorType: string) => ExpectedSpan;
  /** Nothing of it was read. */
  readonly unread: (scenario: string, how?: Partial<Fetched>) => ExpectedSpan;
}

export function fetchedSpans(usual: Fetched): FetchedSpans {
  const span = (
    scenario: string,
    how: Partial<Fetched>,
    attributes: Attributes,
    status: ExpectedSpan['status'],
  ): ExpectedSpan => {
    const { operation, provider, host } = { ...usual, ...how };
    return {
      name: `${operation} m-${scenario}`,
      status,
      attributes: {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': provider,
        'server.address': host,
        ...attributes,
      },
    };
  };
  const usageOf = ({ input = 3, output = 16 }: Answered, source: string): Attributes => ({
    'gen_ai.usage.input_tokens': input,
    ...(output === null ? {} : { 'gen_ai.usage.output_tokens': output }),
    'tollgate.usage.source': source,
  });
  const identityOf = (scenario: string, { idOf = usual.idOf, ...answer }: Answered): Attributes => {
    const model = `m-${scenario}`;
    const id = idOf(model);
    return {
      ...([answer.model, usual.model].includes(null) ? {} : { 'gen_ai.response.model': model }),
      ...(id === null ? {} : { 'gen_ai.response.id': id }),
    };
  };
  return {
    answered(scenario, answer = {}) {
      const finish = answer.finish ?? usual.finish;
      return span(
        scenario,
        answer,
        {
          ...usageOf(answer, 'provider'),
          ...identityOf(scenario, answer),
          ...(finish === '' ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
          ...answer.more,
        },
        'unset',
      );
    },
    left(scenario, usage, error) {
      return span(
        scenario,
        usage,
        {
          ...usageOf(usage, 'estimate'),
          ...identityOf(scenario, usage),
          ...usage.more,
          ...(error === undefined ? {} : { 'error.type': error }),
        },
        error === undefined ? 'unset' : 'error',
      );
    },
    failed: (scenario, errorType) => span(scenario, {}, { 'error.type': errorType }, 'error'),
    unread: (scenario, how = {}) => span(scenario, how, {}, 'unset'),
  };
}

/** One span for each, under its scenario's name. */
export const byScenario = (spans: readonly ExpectedSpan[]): Record<string, ExpectedSpan[]> => {
  const found: Record<string, ExpectedSpan[]> = {};
  for (const each of spans) (found[each.name.replace(/^.* m-/, '')] ??= []).push(each);
  return found;
};
