import { describe, expect, it } from 'vitest';
import { fieldFaults } from '../../dashboards/page/model/fieldFaults.ts';

const faults = fieldFaults([
  { field: 'limit.usd', found: '"-1"', expected: 'a decimal number above 0' },
  { field: 'match.colour', found: '"red"', expected: 'as its key one of agent, user' },
  { field: 'body', found: 'a list', expected: 'a mapping' },
]);

describe('what the API says is wrong', () => {
  it('stands beside the field it is about, without its name', () => {
    expect(faults.of('limit.usd')).toBe('expected a decimal number above 0; found "-1"');
  });

  it('stands with its name beside the control that holds the field', () => {
    expect(faults.of('match')).toBe('match.colour: expected as its key one of agent, user; found "red"');
    expect(faults.of('window')).toBeNull();
  });

  it('is not beside a control whose name only begins alike', () => {
    expect(fieldFaults([{ field: 'per_day', found: '1', expected: 'nothing' }]).of('per')).toBeNull();
  });

  it('is told at the end of the form where no control took it, and only there', () => {
    expect(faults.rest(['limit', 'match'])).toEqual(['body: expected a mapping; found a list']);
    expect(faults.rest(['limit', 'match', 'body'])).toEqual([]);
  });
});
