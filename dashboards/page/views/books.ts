/** What shows the books; loaded after the overview. */
export { CallsView } from './calls/CallsView.tsx';
export { CallView } from './calls/CallView.tsx';
export { ExploreView } from './explore/ExploreView.tsx';
export { ListView } from './sessions/ListView.tsx';
export { OneView } from './sessions/OneView.tsx';
export { TracesView } from './traces/TracesView.tsx';
export { TraceView } from './traces/TraceView.tsx';
