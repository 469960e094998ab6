import { describe, expect, it } from 'vitest';
import { callParams, isWholeSum, readCallQuestion } from '../../dashboards/page/model/callQuestion.ts';
import { oneHref, rowSort, someNames, traceOfRun } from '../../dashboards/page/model/lists.ts';

const read = (text: string) => readCallQuestion(new URLSearchParams(text));

describe('a list of calls', () => {
  it('is of the charged calls, latest first, when the address says nothing, and then its sum is that of the cube', () => {
    expect(callParams(read(''))).toEqual({
      charge: null,
      cost_status: null,
      min_cost_usd: null,
      trace_id: null,
      sort: '-started_at',
    });
    expect(isWholeSum(read(''))).toBe(true);
  });

  it('takes what the API takes and passes over the rest', () => {
    const trace = 'AB'.repeat(16);
    expect(read(`charge=all&cost_status=unpriced&min_cost_usd=0.05&trace_id=${trace}`)).toMatchObject({
      charge: 'all',
      costStatus: 'unpriced',
      minCost: '0.05',
      traceId: trace,
    });
    expect(read('charge=some&cost_status=cheap&min_cost_usd=1e3&trace_id=ab')).toMatchObject({
      charge: 'charged',
      costStatus: null,
      minCost: null,
      traceId: null,
    });
  });

  it('has no sum in the cube once it is narrowed by what is no dimension', () => {
    expect(
      ['charge=all', 'cost_status=priced', 'min_cost_usd=1', `trace_id=${'a'.repeat(32)}`].map((text) =>
        isWholeSum(read(text)),
      ),
    ).toEqual([false, false, false, false]);
  });
});

describe('a list of rows', () => {
  it('is dearest first unless the address says a field of it', () => {
    expect([rowSort('calls'), rowSort('-last_seen'), rowSort('color'), rowSort('--calls')]).toEqual([
      'calls',
      '-last_seen',
      '-cost_usd',
      '-cost_usd',
    ]);
  });

  it('knows a run that is a trace by its 32 hexadecimal digits', () => {
    expect([traceOfRun('a'.repeat(32)), traceOfRun('a'.repeat(31)), traceOfRun('nightly')]).toEqual([
      'a'.repeat(32),
      null,
      null,
    ]);
  });

  it('names two of five and counts the others', () => {
    expect(someNames(['a', 'b', 'c', 'd', 'e'], 2)).toEqual({ names: ['a', 'b'], more: 3 });
    expect(someNames(['a'], 2)).toEqual({ names: ['a'], more: 0 });
  });
});

describe('the address of one sheet', () => {
  it('holds any id but those that an address cannot hold, which the explorer shows', () => {
    expect(oneHref('agents', 'a/b?c#d,%e\\\\')).toBe('/agents/a%2Fb%3Fc%23d%2C%25e%5C%5C');
    expect(oneHref('users', '(none)')).toBe('/users/(none)');
    expect(oneHref('sessions', '..')).toBe('/explore?by=model&session=..');
    expect(oneHref('models', '.')).toBe('/explore?by=agent&model=.');
    // "..." is a name like any other.
    expect(new URL(oneHref('agents', '...'), 'http://localhost').pathname).toBe('/agents/...');
  });
});
