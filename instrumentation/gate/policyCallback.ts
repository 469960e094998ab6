import { AsyncLocalStorage } from 'node:async_hooks';
import type { PolicyCallback, PolicyQuestion, PolicyVerdict } from './gated.ts';
import { isFields } from '../fields.ts';
import { effects, readModification, stricter } from './policyWire.ts';
import type { PolicyDecision, PolicyModification } from './policyWire.ts';
import { shared } from '../shared.ts';

/**
 * Has `callback` judge every call after Tollgate did, or alone where no Tollgate is configured. The stricter of the two
 * holds. Null takes it away again.
 */
export function setPolicyCallback(callback: PolicyCallback | null): void {
  if (callback === null) delete shared.policyCallback;
  else shared.policyCallback = callback;
}

/** Whether a callback is at work here, which may ask a model itself. */
const judging = new AsyncLocalStorage<true>();

/** A call that a callback makes is not put to it: it would make another one for that, without end. */
export const isBelowCallback = (): boolean => judging.getStore() === true;

/** Rejects where the callback throws, takes longer than `timeoutMs`, or answers what is no verdict. */
export async function askCallback(
  callback: PolicyCallback,
  question: PolicyQuestion,
  timeoutMs: number,
): Promise<PolicyVerdict> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return checked(await Promise.race([Promise.resolve(judging.run(true, () => callback(question))), late]));
  } finally {
    clearTimeout(timer);
  }
}

function checked(answer: unknown): PolicyVerdict {
  const effect = isFields(answer) ? effects.find((known) => known === answer['effect']) : undefined;
  if (!isFields(answer) || effect === undefined)
    throw new Error(`expected an object whose effect is one of ${effects.join(', ')}`);
  const modify = readModification(answer['modify']);
  if (effect === 'modify' && modify === null)
    throw new Error('expected modify to have model, max_output_tokens or both');
  return {
    effect,
    ...(effect === 'modify' && modify !== null ? { modify } : {}),
    ...(typeof answer['message'] === 'string' ? { message: answer['message'] } : {}),
  };
}

/** Both together: the stricter effect, the smaller limit, Tollgate's model before the callback's. */
export function combine(decision: PolicyDecision, { effect, modify, message }: PolicyVerdict): PolicyDecision {
  const limits = [decision.modify?.max_output_tokens, modify?.max_output_tokens].filter((limit) => limit !== undefined);
  const model = decision.modify?.model ?? modify?.model;
  const both: PolicyModification = {
    ...(model === undefined ? {} : { model }),
    ...(limits.length === 0 ? {} : { max_output_tokens: Math.min(...limits) }),
  };
  return {
    ...decision,
    effect: stricter(decision.effect, effect),
    modify: Object.keys(both).length === 0 ? null : both,
    reasons:
      effect === 'allow'
        ? decision.reasons
        : [...decision.reasons, { policy: 'callback', kind: 'callback', effect, message: message ?? '' }],
  };
}
