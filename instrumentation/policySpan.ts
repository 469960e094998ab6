import type { Span } from '@opentelemetry/api';
import type { Verdict } from './gate.ts';
import type { PolicyReason } from './policyWire.ts';

/** Writes on a span what was decided about it. In shadow mode the span says so: nothing was done about it. */
export function markVerdict(span: Span, { decision, effect, reservation }: Verdict, enforces: boolean): void {
  const names = [...new Set(decision.reasons.map(({ policy }) => policy))];
  span.setAttribute('tollgate.policy.effect', effect);
  if (!enforces) span.setAttribute('tollgate.policy.mode', 'shadow');
  if (names.length > 0) span.setAttribute('tollgate.policy.names', names);
  if (reservation !== null) span.setAttribute('tollgate.reservation.id', reservation);
  for (const reason of decision.reasons) {
    if (isWarning(reason)) {
      span.addEvent('tollgate.policy.warning', {
        'tollgate.policy.name': reason.policy,
        'tollgate.policy.message': reason.message,
      });
    }
  }
}

const isWarning = ({ effect, mode }: PolicyReason): boolean => effect === 'warn' && mode !== 'shadow';
