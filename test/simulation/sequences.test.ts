import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../processor/store/createStore.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { batchesOf } from './deliver.ts';
import { auditExported, booksDiffer, emptyStore } from './round.ts';
import { SETTLE_DELAY_MS } from './replica.ts';
import { storedBooks } from './storedBooks.ts';
import type { Exported } from './traces.ts';
import { hexId, spanOf, type SpanWords, type Words } from './traces/span.ts';

const chat: Words = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 5,
};

function span(trace: number, number: number, attributes: Words, more: Partial<SpanWords> = {}): Exported {
  const words = {
    traceId: hexId(32, trace),
    spanId: hexId(16, number),
    parentSpanId: null,
    name: 'chat',
    kind: 3,
    startMs: 0,
    durationMs: 1000,
    scope: 'one',
    attributes,
    resource: {},
  } as const;
  return { tenant: 'default', keyAgent: null, span: spanOf({ ...words, ...more }) };
}

/** A call in a trace of its own, 100 ms after the one before it, in turns of two scopes. */
function member(number: number, ids: Words): Exported {
  const scope = number % 2 === 0 ? 'one' : 'two';
  return span(number + 1, number + 1, { ...chat, ...ids }, { startMs: number * 100, scope });
}

const constant = { 'gen_ai.response.id': 'constant-id' };
const constants = (from: number, count: number): readonly Exported[] =>
  Array.from({ length: count }, (_, number) => member(from + number, constant));
const alone = (exported: readonly Exported[]): readonly (readonly Exported[])[] => exported.map((each) => [each]);

/** Each call shares an id with the one before it and another with the one after it. */
const chain = Array.from({ length: 40 }, (_, number) =>
  member(number, { 'gen_ai.response.id': `link-of-${number}`, 'anthropic.request.id': `link-of-${number + 1}` }),
);

const strays = constants(100, 6);
const fuller = strays.map((_, number) =>
  member(100 + number, { 'gen_ai.response.id': `resp-of-${number}`, 'user.id': 'ann' }),
);

/** What a store gets, batch by batch; after each its books are the auditor's. */
const sequences: Readonly<Record<string, readonly (readonly Exported[])[]>> = {
  'an id that 70 traces bring, one by one': alone(constants(0, 70)),
  'an id that 70 traces bring, the last first': alone(constants(0, 70).toReversed()),
  'an id that passes its limit by two traces of one batch': [constants(0, 64), constants(64, 2)],
  'an id that passes its limit by ten traces of one batch': [constants(0, 60), constants(60, 10)],
  'an id that 70 traces bring at once': [constants(0, 70)],
  'calls of 62 traces and six copies with their id that do not stay': [
    strays,
    fuller,
    constants(0, 61),
    constants(61, 1),
  ],
  'six copies with an id that do not stay, after calls of 62 traces': [constants(0, 62), strays, fuller],
  'the 65th trace of an id by a copy that does not stay, after the one that does': [
    constants(0, 62),
    fuller.slice(0, 3),
    strays.slice(0, 3),
  ],
  'a chain of ids through 40 traces, from its first': alone(chain),
  'a chain of ids through 40 traces, from its last': alone(chain.toReversed()),
  'a chain of ids through 40 traces at once': [chain],
  'another user in a trace that shares an id, whose siblings have agreed on one': [
    [
      span(1, 1, { ...chat, ...constant }),
      span(1, 2, { ...chat, 'gen_ai.usage.input_tokens': 40, 'user.id': 'ann' }, { parentSpanId: hexId(16, 9) }),
      span(1, 3, { ...chat, 'gen_ai.usage.input_tokens': 40 }, { parentSpanId: hexId(16, 8), scope: 'two' }),
    ],
    [span(2, 4, { ...chat, ...constant }, { scope: 'two' })],
    [span(1, 5, { 'user.id': 'bob' }, { parentSpanId: hexId(16, 7), name: 'work' })],
  ],
};

describe('the books after each batch are the auditor’s', () => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase('postgres15');
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it.each(Object.entries(sequences))('%s', async (_, batches) => {
    await emptyStore(place);
    const store = createStore(place.database, { settleDelayMs: SETTLE_DELAY_MS });
    let known: readonly Exported[] = [];
    for (const exported of batches) {
      for (const batch of batchesOf(exported)) await store.commit(batch);
      known = [...known, ...exported];
      expect(booksDiffer(auditExported(known), await storedBooks(place.database))).toEqual([]);
    }
    await store.close();
  });
});
