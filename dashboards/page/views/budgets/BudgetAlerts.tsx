import type { JSX } from 'preact';
import type { Page } from '../../answers.ts';
import { FaultNote } from '../../parts/State.tsx';
import { usePeriod } from '../../period.ts';
import type { Alert } from '../../policyAnswers.ts';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { AlertList } from '../alerts/AlertList.tsx';

const ALERTS_SHOWN = 10;

/** The latest of what alerts told about a budget. */
export function BudgetAlerts({ name }: { readonly name: string }): JSX.Element {
  const { params, words } = usePeriod();
  const { data, fault, at, reload } = useAnswer<Page<Alert>>(
    '/api/v1/alerts',
    { ...params, budget: name, limit: ALERTS_SHOWN },
    { live: true },
  );
  const alerts = data?.items ?? [];
  return (
    <section aria-busy={data === null && fault === null}>
      <div class="section-head">
        <h2>Alerts</h2>
        <div class="section-tools">
          <Link href={hrefOf('/alerts', { budget: name })}>All of this budget</Link>
        </div>
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data !== null && alerts.length === 0 && <p class="mut">There was none in {words}.</p>}
      {alerts.length > 0 && <AlertList alerts={alerts} withBudget={false} />}
    </section>
  );
}
