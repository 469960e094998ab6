import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCallbackAnswer } from '../../processor/policy/callbackAnswer.ts';

const read = (answer: unknown) => readCallbackAnswer(JSON.stringify(answer));

describe("a callback's answer", () => {
  it.each(['allow', 'warn', 'require_approval', 'deny'])('is an effect such as %s', (effect) => {
    expect(read({ effect })).toEqual({ effect, model: null, maxOutputTokens: null, message: '' });
  });

  it('says why in at most 500 characters', () => {
    expect(read({ effect: 'deny', message: 'not at night' }).message).toBe('not at night');
    expect(read({ effect: 'deny', message: 'x'.repeat(501) }).message).toBe('x'.repeat(500));
    expect(read({ effect: 'deny', message: 'a\0b' }).message).toBe('a\ufffdb');
  });

  it('modifies model, output or both', () => {
    expect(read({ effect: 'modify', modify: { model: 'gpt-4o-mini' } })).toMatchObject({
      model: 'gpt-4o-mini',
      maxOutputTokens: null,
    });
    expect(read({ effect: 'modify', modify: { max_output_tokens: 1 } })).toMatchObject({
      model: null,
      maxOutputTokens: 1,
    });
    expect(read({ effect: 'modify', modify: { model: 'm', max_output_tokens: 350 } })).toMatchObject({
      model: 'm',
      maxOutputTokens: 350,
    });
  });

  it('may be the result of an OPA decision, beside whatever else a rule computes', () => {
    const result = { effect: 'modify', modify: { max_output_tokens: 100 }, message: 'night', hour: 3 };
    expect(read({ decision_id: 'x', result })).toMatchObject({
      effect: 'modify',
      maxOutputTokens: 100,
      message: 'night',
    });
  });

  it.each([
    [{}, 'effect'],
    [{ result: {} }, 'effect'],
    [{ result: true }, 'effect'],
    [{ effect: 'ALLOW' }, 'effect'],
    [{ effect: true }, 'effect'],
    [[], 'the answer'],
    [null, 'the answer'],
    ['allow', 'the answer'],
    [{ effect: 'deny', message: 7 }, 'message'],
    [{ effect: 'modify' }, 'modify'],
    [{ effect: 'modify', modify: {} }, 'modify'],
    [{ effect: 'modify', modify: 'gpt' }, 'modify'],
    [{ effect: 'modify', modify: { model: '' } }, 'modify.model'],
    [{ effect: 'modify', modify: { model: 7 } }, 'modify.model'],
    [{ effect: 'modify', modify: { max_output_tokens: 0 } }, 'modify.max_output_tokens'],
    [{ effect: 'modify', modify: { max_output_tokens: '5' } }, 'modify.max_output_tokens'],
    [{ effect: 'modify', modify: { max_output_tokens: 1.5 } }, 'modify.max_output_tokens'],
    [{ effect: 'allow', modify: { model: 'gpt-4o-mini' } }, 'modify'],
  ])('is none where it is %j: consent is not guessed', (answer, where) => {
    expect(() => read(answer)).toThrow(new RegExp(`^${where}: expected `));
  });

  it('is none where it is no JSON', () => {
    expect(() => readCallbackAnswer('yes')).toThrow('the answer: expected JSON, found 3 characters that are none');
    expect(() => readCallbackAnswer('')).toThrow('found 0 characters');
  });

  it('is understood or an error, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          expect(readCallbackAnswer(text).effect).toMatch(/^(allow|warn|modify|require_approval|deny)$/);
        } catch (fault) {
          expect(String(fault)).toMatch(/expected .+, found /);
        }
      }),
    );
  });
});
