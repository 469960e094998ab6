import './alerts.css';
import type { JSX } from 'preact';
import { alertLinks, typeWords } from '../../model/alertWords.ts';
import { Message } from '../../parts/Message.tsx';
import { Time } from '../../parts/Time.tsx';
import type { Alert } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';

const marks: Readonly<Record<Alert['severity'], string>> = { info: '●', warning: '▲', critical: '■' };

interface Props {
  readonly alerts: readonly Alert[];
  /** Whether each says of which budget it is; not on that budget's own page. */
  readonly withBudget?: boolean;
}

/** What alerts told, one after the other: severity by shape and word, and the ways to what each is about. */
export function AlertList({ alerts, withBudget = true }: Props): JSX.Element {
  return (
    <ol class="alert-list">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <span class={`alert-mark ${alert.severity}`}>
            <span aria-hidden="true">{marks[alert.severity]}</span> {alert.severity}
          </span>
          <div class="alert-says">
            <p>
              <Message text={alert.message} />
            </p>
            <p class="meta">
              <Time iso={alert.at} />
              <span title={alert.type}>{typeWords(alert.type)}</span>
              {alertLinks(alert)
                .filter(({ about }) => withBudget || about !== 'budget')
                .map(({ href, label }) => (
                  <Link key={href} href={href} class="clip">
                    {label}
                  </Link>
                ))}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
