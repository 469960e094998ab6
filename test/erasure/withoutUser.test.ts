import { describe, expect, it } from 'vitest';
import { isErasedUser } from '../../src/attribution/erasedUser.ts';
import { textWithout, withoutUser } from '../../processor/erasure/withoutUser.ts';

const E = 'erased-00112233445566778899aabbccddeeff';

describe('a document without a user', () => {
  it('has the other id in the places of a user, however deep, and in its sentences', () => {
    const document = {
      user: 'u1',
      request: { subject: { user: 'u1', agent: 'u1' } },
      reasons: [{ key: { user: 'u1' }, message: 'daily (user u1): 2 of 5 USD are left' }],
      match: { user_id: 'u1' },
    };
    expect(withoutUser(document, 'u1', E)).toEqual({
      isChanged: true,
      value: {
        user: E,
        request: { subject: { user: E, agent: 'u1' } },
        reasons: [{ key: { user: E }, message: `daily (user ${E}): 2 of 5 USD are left` }],
        match: { user_id: E },
      },
    });
  });

  it('is the same object where no place names the user, whatever its sentences and tags say', () => {
    const document = { user: 'u12', tags: { user: 'u1' }, note: 'as for u1', session: 'u1' };
    const { value, isChanged } = withoutUser(document, 'u1', E);
    expect(isChanged).toBe(false);
    expect(value).toBe(document);
  });

  it('keeps tags, which senders name, where another place names the user', () => {
    const { value } = withoutUser({ user: 'u1', tags: { user: 'u1' } }, 'u1', E);
    expect(value).toEqual({ user: E, tags: { user: 'u1' } });
  });
});

describe('a sentence without a user', () => {
  it.each([
    ['user u1, agent bot', 'u1', `user ${E}, agent bot`],
    ['user u12 and xu1 and u1_', 'u1', 'user u12 and xu1 and u1_'],
    ['for ada+x@example.com.', 'ada+x@example.com', `for ${E}.`],
    ['(a|b) is not a', '(a|b)', `${E} is not a`],
    ['für Zoë', 'Zo', 'für Zoë'],
    ['costs $1', '$1', `costs ${E}`],
  ])('of %j has no %j as a word', (text, user, expected) => {
    expect(textWithout(text, user, E)).toBe(expected);
  });
});

describe('an erased user', () => {
  it('is known by its form alone', () => {
    expect(isErasedUser(E)).toBe(true);
    expect(isErasedUser(`${E}0`)).toBe(false);
    expect(isErasedUser('erased-by-mistake')).toBe(false);
    expect(isErasedUser(null)).toBe(false);
  });
});
