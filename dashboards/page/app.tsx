import './style.css';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Frame } from './frame/Frame.tsx';
import { Login } from './frame/Login.tsx';
import { useEntrance } from './frame/useEntrance.ts';
import { type Route, routeOf } from './model/routes.ts';
import { Empty, FaultNote, Waiting } from './parts/State.tsx';
import { Link, usePlace } from './router.ts';
import { AlertsView } from './views/alerts/AlertsView.tsx';
import { ApprovalsView } from './views/budgets/ApprovalsView.tsx';
import { BudgetView } from './views/budgets/BudgetView.tsx';
import { BudgetsView } from './views/budgets/BudgetsView.tsx';
import { CallsView } from './views/calls/CallsView.tsx';
import { CallView } from './views/calls/CallView.tsx';
import { ExploreView } from './views/explore/ExploreView.tsx';
import { OverviewView } from './views/overview/OverviewView.tsx';
import { PricesView } from './views/prices/PricesView.tsx';
import { PriceView } from './views/prices/PriceView.tsx';
import { ListView } from './views/sessions/ListView.tsx';
import { OneView } from './views/sessions/OneView.tsx';
import { TracesView } from './views/traces/TracesView.tsx';
import { TraceView } from './views/traces/TraceView.tsx';

export function App(): JSX.Element {
  const { path } = usePlace();
  const route = routeOf(path);
  const entrance = useEntrance();
  useTitle(route.title);
  const main = useFocusOnNavigation(path);
  return (
    <Frame route={route} isIn={entrance.state === 'in'}>
      <main id="main" ref={main}>
        {entrance.state === 'login' && <Login because={entrance.because} />}
        {entrance.state === 'asking' && <Waiting />}
        {entrance.state === 'failed' && <FaultNote fault={entrance.fault} at={null} onRetry={entrance.retry} />}
        {entrance.state === 'in' && viewOf(route)}
      </main>
    </Frame>
  );
}

function viewOf(route: Route): JSX.Element {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'explore':
      return <ExploreView />;
    case 'list':
      return <ListView key={route.list} name={route.list} />;
    case 'one':
      return <OneView key={`${route.list}/${route.id}`} name={route.list} id={route.id} />;
    case 'calls':
      return <CallsView />;
    case 'call':
      return <CallView key={`${route.traceId}/${route.spanId}`} traceId={route.traceId} spanId={route.spanId} />;
    case 'traces':
      return <TracesView />;
    case 'trace':
      return <TraceView key={route.traceId} id={route.traceId} />;
    case 'budgets':
      return <BudgetsView />;
    case 'budget':
      return <BudgetView key={route.name} name={route.name} />;
    case 'approvals':
      return <ApprovalsView />;
    case 'prices':
      return <PricesView />;
    case 'price':
      return <PriceView key={`${route.provider}/${route.model}`} provider={route.provider} model={route.model} />;
    case 'alerts':
      return <AlertsView />;
    case 'nowhere':
      return <Nowhere />;
  }
}

function Nowhere(): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1}>There is no such page</h1>
      <Empty title="This address leads nowhere.">
        <p>
          <Link href="/">To the overview</Link>
        </p>
      </Empty>
    </>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tollgate`;
  }, [title]);
}

/** After a step to another view the focus is on its heading, so that reading goes on there; not when the page opens. */
function useFocusOnNavigation(path: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const shownRef = useRef(path);
  useEffect(() => {
    if (shownRef.current === path) return;
    shownRef.current = path;
    const heading = main.current?.querySelector('h1');
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [path]);
  return main;
}
