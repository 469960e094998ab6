import type { Attribution, AttributionRule, Subject } from '../../../src/call.ts';
import { endMicros, inOrder, startMicros, type CallRow, type Row } from './row.ts';
import type { Tree } from './tree.ts';

type Key = 'agent' | 'user' | 'session' | 'run' | 'endpoint';

interface Said {
  readonly value: string;
  readonly rule: AttributionRule;
  /** The words among which the value stands: an agent's id counts only beside its name. */
  readonly subject: Subject | null;
}

interface Level {
  readonly rule: AttributionRule;
  readonly subject: Subject;
}

/**
 * "Of each row on its own: the span's own word (`span`) · the nearest row above that says it (`ancestor`; `root` if that row
 * has no parent) · where the way up ends at a row that is not there, the trace's root, if there is just one (`root`)."
 */
function wayUp(row: Row, tree: Tree): readonly Level[] {
  const levels: Level[] = [{ rule: 'span', subject: row.span.own }];
  for (const upper of tree.above(row)) {
    levels.push({ rule: upper.span.parentSpanId === null ? 'root' : 'ancestor', subject: upper.span.own });
  }
  const root = tree.endsAtMissing(row) ? tree.onlyRoot() : null;
  if (root !== null) levels.push({ rule: 'root', subject: root.span.own });
  return levels;
}

/** "An API key that fixes the agent overrides all (`key`)." */
function byKeyOrWayUp(row: Row, tree: Tree, key: Key): Said | null {
  if (key === 'agent' && row.keyAgent !== null) return { value: row.keyAgent, rule: 'key', subject: null };
  for (const { rule, subject } of wayUp(row, tree)) {
    const value = subject[key];
    if (value !== null) return { value, rule, subject };
  }
  return null;
}

/** "User and session only: what all rows of the trace that say it agree on (`trace`)." */
function byTrace(tree: Tree, key: Key): Said | null {
  if (key !== 'user' && key !== 'session') return null;
  const [value, ...others] = new Set(tree.rows.flatMap((row) => row.span.own[key] ?? []));
  return value === undefined || others.length > 0 ? null : { value, rule: 'trace', subject: null };
}

/** "The resource (`resource`)." */
function byResource({ call }: CallRow, key: Key): Said | null {
  const value = call.resourceSubject[key];
  return value === null ? null : { value, rule: 'resource', subject: call.resourceSubject };
}

/**
 * "The outermost first (not of kind SERVER, earlier start, later end, smaller depth, then ids), the first that has a value by
 * its span, way up or key; else by the trace; else by the resource." A row alone is the only copy of itself.
 */
export function attributionOf(copies: readonly CallRow[], treeOf: (call: CallRow) => Tree): Attribution {
  const ordered = outermostFirst(copies, treeOf);
  const first = (ask: (row: CallRow) => Said | null): Said | null =>
    ordered.map(ask).find((said) => said !== null) ?? null;
  const find = (key: Key): Said | null =>
    first((row) => byKeyOrWayUp(row, treeOf(row), key)) ??
    first((row) => byTrace(treeOf(row), key)) ??
    first((row) => byResource(row, key));
  const [agent, user, session] = [find('agent'), find('user'), find('session')];
  return {
    agent: agent?.value ?? null,
    agentId: agent?.subject?.agentId ?? null,
    user: user?.value ?? null,
    session: session?.value ?? null,
    run: find('run')?.value ?? ordered[0]?.span.traceId ?? '',
    endpoint: find('endpoint')?.value ?? null,
    tags: tagsOf(ordered, treeOf),
    rules: { agent: agent?.rule ?? null, user: user?.rule ?? null, session: session?.rule ?? null },
    agentPath: agentPathOf(ordered, treeOf),
  };
}

const SERVER = 2;

function outermostFirst(copies: readonly CallRow[], treeOf: (call: CallRow) => Tree): readonly CallRow[] {
  return [...copies].sort(
    inOrder<CallRow>(
      ({ span }) => (span.kind === SERVER ? 1 : 0),
      startMicros,
      (row) => -endMicros(row),
      (row) => treeOf(row).depth(row),
      ({ span }) => span.traceId,
      ({ span }) => span.spanId,
    ),
  );
}

/** "Tags are united, the nearest first." */
function tagsOf(ordered: readonly CallRow[], treeOf: (call: CallRow) => Tree): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  const words = [
    ...ordered.flatMap((row) => wayUp(row, treeOf(row)).map(({ subject }) => subject)),
    ...ordered.map(({ call }) => call.resourceSubject),
  ];
  for (const subject of words) {
    for (const [name, value] of Object.entries(subject.tags)) if (!tags.has(name)) tags.set(name, value);
  }
  return Object.fromEntries(tags);
}

const AGENT_PATH_MAX = 16;

/** "The chain of distinct agents from the nearest up, at most 16": of the outermost copy above which, or on which, one is named. */
function agentPathOf(ordered: readonly CallRow[], treeOf: (call: CallRow) => Tree): readonly string[] {
  const paths = ordered.map((row) => wayUp(row, treeOf(row)).flatMap(({ subject }) => subject.agent ?? []));
  return [...new Set(paths.find((path) => path.length > 0))].slice(0, AGENT_PATH_MAX);
}
