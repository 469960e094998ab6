import './frame.css';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatClock } from '../format/times.ts';
import { usePulse } from '../live.ts';
import { periods } from '../model/periodChoice.ts';
import type { Route } from '../model/routes.ts';
import { Segments } from '../parts/Segments.tsx';
import { usePeriod } from '../period.ts';
import { Link, navigate, usePlace } from '../router.ts';
import { signOut, useWho } from '../session.ts';
import { ThemeSwitch } from './ThemeSwitch.tsx';

const sections = [
  ['/', 'Overview'],
  ['/explore', 'Explore'],
  ['/sessions', 'Sessions'],
  ['/calls', 'Calls'],
  ['/budgets', 'Budgets'],
  ['/prices', 'Prices'],
  ['/alerts', 'Alerts'],
] as const;

interface Props {
  readonly route: Route;
  /** Whether there is anything to go to. */
  readonly isIn: boolean;
  readonly children: ComponentChildren;
}

/** What is around every view. */
export function Frame({ route, isIn, children }: Props): JSX.Element {
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <div class="top-in">
          <Link href="/" class="brand">
            <Mark />
            Tollgate
          </Link>
          {isIn && <Navigation current={route.section} />}
          {isIn && <PeriodSwitch />}
          {isIn && <Beat />}
        </div>
      </header>
      {isIn && <LostNotice />}
      {children}
      <footer class="page-foot">
        <div>
          <Whoever />
          <a href="/openapi.json">API</a>
          <ThemeSwitch />
        </div>
      </footer>
    </>
  );
}

function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M3 3v14M17 3v14" />
      <path class="arm" d="M3 8 17 6" />
    </svg>
  );
}

function Navigation({ current }: { readonly current: string }): JSX.Element {
  const navRef = useRef<HTMLElement>(null);
  // On a phone not all of them are in view.
  useEffect(() => {
    navRef.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav aria-label="Main" ref={navRef}>
      {sections.map(([href, label]) => (
        <Link key={href} href={href} {...(href === current ? { 'aria-current': 'page' as const } : {})}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

const periodLabels = { '24h': '24 h', '7d': '7 d', '30d': '30 d', '90d': '90 d' } as const;

function PeriodSwitch(): JSX.Element {
  const { path, query } = usePlace();
  const { name } = usePeriod();
  const choose = (period: string): void => {
    const rest = [...query].filter(([key]) => !['period', 'from', 'to', 'cursor'].includes(key));
    const next = new URLSearchParams([...rest, ['period', period]]);
    navigate(`${path}?${next.toString()}`);
  };
  return (
    <Segments
      label="Period"
      value={name ?? ''}
      options={periods.map((period) => ({ value: period, label: periodLabels[period] }))}
      onChange={choose}
    />
  );
}

const beatWords = { live: 'live', paused: 'paused', lost: 'out of reach' } as const;

function Beat(): JSX.Element {
  const { state } = usePulse();
  return (
    <span class={`beat ${state}`} title="The figures follow while spans arrive">
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="4" />
      </svg>
      <span>{beatWords[state]}</span>
    </span>
  );
}

function LostNotice(): JSX.Element {
  const { state, heardAt } = usePulse();
  return (
    <output class={state === 'lost' ? 'notice' : undefined}>
      {state === 'lost' && (
        <>
          ▲ Tollgate cannot be reached
          {heardAt !== null && <> since {formatClock(new Date(heardAt).toISOString())}: the figures are of then</>}.
        </>
      )}
    </output>
  );
}

function Whoever(): JSX.Element | null {
  const who = useWho();
  if (who === null) return null;
  return (
    <span>
      Tenant <bdi>{who.tenant}</bdi>
      {who.key !== null && (
        <>
          {' '}
          · key <bdi>{who.key.name ?? who.key.id}</bdi>{' '}
          <button type="button" class="lnk" onClick={() => signOut()}>
            Sign out
          </button>
        </>
      )}
    </span>
  );
}
