import { describe, expect, it } from 'vitest';
import { approvalStateWords, approvedWords, askedWords } from '../../dashboards/page/model/approvalWords.ts';
import type { Approval } from '../../dashboards/page/policyAnswers.ts';

const subject = { agent: 'publisher', user: 'u1', session: null, service: null, environment: null, tags: {} };
const call: NonNullable<Approval['call']> = {
  provider: 'openai',
  model: 'gpt-4o',
  operation: 'chat',
  trace_id: null,
  run_id: null,
  input_tokens: 4000,
  input_bytes: null,
  max_output_tokens: 800,
};

describe('what an approval is asked for', () => {
  it('is the call with what it may use', () => {
    expect(askedWords({ subject, call })).toBe(
      'Agent publisher asks to call gpt-4o of openai with 4,000 tokens for an answer of at most 800 tokens',
    );
  });

  it('says nothing of what nobody said', () => {
    const bare = { ...call, provider: null, input_tokens: null, max_output_tokens: null };
    expect(askedWords({ subject: { ...subject, agent: null }, call: bare })).toBe('Somebody asks to call gpt-4o');
    expect(askedWords({ subject, call: { ...bare, input_bytes: 12_000 } })).toBe(
      'Agent publisher asks to call gpt-4o with 12,000 bytes',
    );
  });

  it('is a run where there is no call', () => {
    expect(askedWords({ subject, call: null })).toBe('Agent publisher asks to start a run');
  });
});

describe('what came of an approval', () => {
  it('is a reservation, or the refusal of another policy', () => {
    expect(approvedWords({ effect: 'allow', reserved_usd: '0.018' })).toBe('Approved: $0.018 are reserved for it.');
    expect(approvedWords({ effect: 'allow', reserved_usd: null })).toBe('Approved.');
    expect(approvedWords({ effect: 'deny', reserved_usd: '0' })).toBe('Approved, but another policy refuses it.');
  });

  it('names who decided: the key by its name, else by its id, and without keys nobody', () => {
    expect(approvalStateWords({ state: 'approved', key_id: '1f', key_name: 'ops' })).toBe('approved by ops');
    expect(approvalStateWords({ state: 'refused', key_id: '1f', key_name: null })).toBe('refused by 1f');
    expect(approvalStateWords({ state: 'approved', key_id: null, key_name: null })).toBe('approved');
    expect(approvalStateWords({ state: 'expired', key_id: null, key_name: null })).toBe('nobody decided in time');
  });
});
