import type { Span } from '@opentelemetry/api';
import { sayFault } from '../fault.ts';
import type { Verdict } from './gated.ts';

/** Writes on a span what was decided about it. In shadow mode the span says so: nothing was done about it. */
export function markVerdict(span: Span, { decision, effect, reservation }: Verdict, enforces: boolean): void {
  const reasons = decision.reasons.filter(({ mode }) => mode !== 'shadow');
  const names = [...new Set(reasons.map(({ policy }) => policy))];
  try {
    span.setAttribute('tollgate.policy.effect', effect);
    if (!enforces) span.setAttribute('tollgate.policy.mode', 'shadow');
    if (names.length > 0) span.setAttribute('tollgate.policy.names', names);
    if (reservation !== null) span.setAttribute('tollgate.reservation.id', reservation);
    for (const { effect: said, policy, message } of reasons) {
      if (said !== 'warn') continue;
      span.addEvent('tollgate.policy.warning', {
        'tollgate.policy.name': policy,
        'tollgate.policy.message': message,
      });
    }
  } catch (fault) {
    sayFault('recording a decision', fault);
  }
}
