import { formatUsd } from '../format/money.ts';
import { formatExact } from '../format/numbers.ts';
import type { Approval, Decision } from '../policyAnswers.ts';

/** "Agent publisher asks to call gpt-4o with 4,000 tokens, for an answer of at most 800." */
export function askedWords({ subject, call }: Pick<Approval, 'subject' | 'call'>): string {
  const who = subject.agent === null ? 'Somebody' : `Agent ${subject.agent}`;
  if (call === null) return `${who} asks to start a run`;
  const { model, provider, input_tokens: input, input_bytes: bytes, max_output_tokens: output } = call;
  const read = input !== null ? `${formatExact(input)} tokens` : bytes !== null ? `${formatExact(bytes)} bytes` : null;
  const parts = [
    `${who} asks to call ${model}${provider === null ? '' : ` of ${provider}`}`,
    ...(read === null ? [] : [`with ${read}`]),
    ...(output === null ? [] : [`for an answer of at most ${formatExact(output)} tokens`]),
  ];
  return parts.join(' ');
}

/** An approved call may still be refused by another policy: a person lets pass only what asked for one. */
export function approvedWords({ effect, reserved_usd: reserved }: Pick<Decision, 'effect' | 'reserved_usd'>): string {
  if (effect === 'deny') return 'Approved, but another policy refuses it.';
  return reserved === null ? 'Approved.' : `Approved: ${formatUsd(reserved)} are reserved for it.`;
}

export function approvalStateWords(approval: Pick<Approval, 'state' | 'key_name' | 'key_id'>): string {
  const by = approval.key_name ?? approval.key_id;
  if (approval.state === 'expired') return 'nobody decided in time';
  return by === null ? approval.state : `${approval.state} by ${by}`;
}
