import type { JSX } from 'preact';
import { formatExact } from '../../format/numbers.ts';
import { alertParams, alertTypes, severities, typeWords } from '../../model/alertWords.ts';
import { Chip } from '../../parts/Chip.tsx';
import { More } from '../../parts/More.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Select } from '../../parts/Select.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { usePeriod } from '../../period.ts';
import type { Alert } from '../../policyAnswers.ts';
import { usePlace, useQuery } from '../../router.ts';
import { AlertList } from './AlertList.tsx';
import { usePages } from '../../usePages.ts';

const PAGE = 100;
const ANY = 'any';

/** `/alerts`: what was told to webhooks and mail, whether anybody listens or not. */
export function AlertsView(): JSX.Element {
  const period = usePeriod();
  const { query } = usePlace();
  const [budget, setBudget] = useQuery('budget', '');
  const [severity, setSeverity] = useQuery('severity', ANY);
  const [, setType] = useQuery('type', ANY);
  const params = alertParams(query);
  const pages = usePages<Alert>('/api/v1/alerts', { ...period.params, ...params, limit: PAGE }, { live: true });
  const shown = pages.rows.filter((alert) => severity === ANY || alert.severity === severity);
  return (
    <>
      <header class="sheet-head">
        <h1 tabIndex={-1}>Alerts</h1>
        {pages.rows.length > 0 && (
          <p class="lead">
            {countWords(pages.rows, pages.hasMore)} in {period.words}.
          </p>
        )}
      </header>
      <div class="alert-tools">
        <Select
          label="About"
          value={params.type ?? ANY}
          options={[
            { value: ANY, label: 'anything' },
            ...alertTypes.map((value) => ({ value, label: typeWords(value) })),
          ]}
          onChange={setType}
        />
        <Segments
          label="Severity"
          value={severity}
          options={[ANY, ...severities].map((value) => ({ value, label: value }))}
          onChange={setSeverity}
        />
        {budget !== '' && <Chip label="Budget" value={budget} onRemove={() => setBudget(null)} />}
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {pages.rows.length === 0 && pages.isLoading && <Waiting />}
      {shown.length === 0 && !pages.isLoading && pages.fault === null && (
        <Empty title={`No alert is like that in ${period.words}`}>
          <p>
            {pages.hasMore
              ? 'None among those read so far: show more, or choose another severity.'
              : 'Take a filter away, or choose a longer period above.'}
          </p>
        </Empty>
      )}
      {shown.length > 0 && <AlertList alerts={shown} />}
      <More onMore={pages.more} hasMore={pages.hasMore} />
    </>
  );
}

/** "12 alerts, 3 of them critical"; of a list that goes on, "the latest 100". */
function countWords(alerts: readonly Alert[], hasMore: boolean): string {
  const critical = alerts.filter((alert) => alert.severity === 'critical').length;
  const count = `${hasMore ? 'The latest ' : ''}${formatExact(alerts.length)} ${alerts.length === 1 ? 'alert' : 'alerts'}`;
  return critical === 0 ? count : `${count}, ${formatExact(critical)} of them critical`;
}
