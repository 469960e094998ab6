import type { ExpectedSpan } from '../clients/support/expectation.ts';

export type Attributes = ExpectedSpan['attributes'];

/** Counts under the conventions' names; ours have their own already. */
export const usage = (counts: Readonly<Record<string, number>>): Attributes =>
  Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [
      name.startsWith('tollgate.') ? name : `gen_ai.usage.${name}`,
      count,
    ]),
  );

export const told = { 'tollgate.usage.source': 'provider' };

/** What was seen until a stream ended, at 4 characters a token. */
export const guessed = (counts: Readonly<Record<string, number>>): Attributes => ({
  ...usage(counts),
  'tollgate.usage.source': 'estimate',
});

export const call = (name: string, provider: string, attributes: Attributes, operation = 'chat'): ExpectedSpan => ({
  name: `${operation} m-${name}`,
  status: 'unset',
  attributes: {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': provider,
    'server.address': '127.0.0.1',
    ...attributes,
  },
});

/** `finish` null: the end was not seen. */
export const answer = (name: string, more: Attributes, finish: string | null): Attributes => ({
  'gen_ai.response.id': 'fixed',
  'gen_ai.response.model': `m-${name}`,
  ...(finish === null ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
  ...more,
});

export const failure = (
  name: string,
  provider: string,
  errorType: string,
  reason: string | null,
  more: Attributes = {},
): ExpectedSpan[] => [
  {
    ...call(name, provider, { 'error.type': errorType, ...more }),
    status: reason === null ? 'error' : `error: ${reason}`,
  },
];

export const same = (
  names: readonly string[],
  make: (name: string) => ExpectedSpan[],
): Record<string, ExpectedSpan[]> => Object.fromEntries(names.map((name) => [name, make(name)]));
