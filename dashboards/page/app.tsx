import './style.css';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Frame } from './frame/Frame.tsx';
import { Login } from './frame/Login.tsx';
import { useEntrance } from './frame/useEntrance.ts';
import { useKeptFocus } from './frame/useKeptFocus.ts';
import { type BookRoute, type Route, routeOf, type RuleRoute } from './model/routes.ts';
import { Later, type Part, partOf } from './parts/Later.tsx';
import { Empty, FaultNote } from './parts/State.tsx';
import { Link, usePlace } from './router.ts';
import { OverviewView } from './views/overview/OverviewView.tsx';

export function App(): JSX.Element {
  const { path } = usePlace();
  const route = routeOf(path);
  const entrance = useEntrance();
  // What the page shows is asked for together with who asks: where a key is missing, each of them says so.
  const isIn = entrance.state === 'in' || entrance.state === 'asking';
  useTitle(route.title);
  const main = useFocusOnNavigation(path);
  useKeptFocus(main);
  useOthersSoon();
  return (
    <Frame route={route} isIn={isIn}>
      <main id="main" ref={main} tabIndex={-1}>
        {entrance.state === 'login' && <Login because={entrance.because} />}
        {entrance.state === 'failed' && <FaultNote fault={entrance.fault} at={null} onRetry={entrance.retry} />}
        {isIn && viewOf(route)}
      </main>
    </Frame>
  );
}

const books = partOf(() => import('./views/books.ts'));
const rules = partOf(() => import('./views/rules.ts'));
/** The first view has the line to itself. */
const LATER_MS = 2_000;

function useOthersSoon(): void {
  useEffect(() => {
    const timer = setTimeout(() => void Promise.allSettled([books.load(), rules.load()]), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
}

function viewOf(route: Route): JSX.Element {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'nowhere':
      return <Nowhere />;
    case 'budgets':
    case 'budget':
    case 'approvals':
    case 'prices':
    case 'price':
    case 'alerts':
      return <Later part={rules}>{(loaded) => ruleView(route, loaded)}</Later>;
    case 'explore':
    case 'list':
    case 'one':
    case 'calls':
    case 'call':
    case 'traces':
    case 'trace':
      return <Later part={books}>{(loaded) => bookView(route, loaded)}</Later>;
  }
}

type Loaded<T> = T extends Part<infer Views> ? Views : never;

function bookView(route: BookRoute, views: Loaded<typeof books>): JSX.Element {
  switch (route.view) {
    case 'explore':
      return <views.ExploreView />;
    case 'list':
      return <views.ListView key={route.list} name={route.list} />;
    case 'one':
      return <views.OneView key={`${route.list}/${route.id}`} name={route.list} id={route.id} />;
    case 'calls':
      return <views.CallsView />;
    case 'call':
      return <views.CallView key={`${route.traceId}/${route.spanId}`} traceId={route.traceId} spanId={route.spanId} />;
    case 'traces':
      return <views.TracesView />;
    case 'trace':
      return <views.TraceView key={route.traceId} id={route.traceId} />;
  }
}

function ruleView(route: RuleRoute, views: Loaded<typeof rules>): JSX.Element {
  switch (route.view) {
    case 'budgets':
      return <views.BudgetsView />;
    case 'budget':
      return <views.BudgetView key={route.name} name={route.name} />;
    case 'approvals':
      return <views.ApprovalsView />;
    case 'prices':
      return <views.PricesView />;
    case 'price':
      return <views.PriceView key={`${route.provider}/${route.model}`} provider={route.provider} model={route.model} />;
    case 'alerts':
      return <views.AlertsView />;
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
    const { current } = main;
    if (shownRef.current === path || current === null) return undefined;
    shownRef.current = path;
    current.focus({ preventScroll: true });
    // A heading may come later, with its part of the code; somebody who went on by then is left alone.
    const focusHeading = (): void => {
      const heading = current.querySelector('h1');
      if (heading === null) return;
      observer.disconnect();
      if (document.activeElement === current) heading.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(focusHeading);
    observer.observe(current, { childList: true, subtree: true });
    focusHeading();
    return () => observer.disconnect();
  }, [path]);
  return main;
}
