import { expect, it } from 'vitest';
import type { RecordedSpan } from '../../instrumentation/receiver.ts';
import type { ClientRun } from './clientRun.ts';
import { ofModel } from './expectation.ts';

/**
 * The traces that have a call of the model, one line a span, what is inside two columns further in: its name without the
 * model, whose it is (`of` the agent, `in` the conversation, `by` the user), `!` and the error. Siblings stand as they ended;
 * tools side by side by their name, as they run at once.
 */
function treeOf(spans: readonly RecordedSpan[], model: string): string[] {
  const traces = new Set(ofModel(spans, model).map(({ traceId }) => traceId));
  return [...traces].flatMap((trace) => {
    const all = spans.filter(({ traceId }) => traceId === trace);
    const ids = new Set(all.map(({ spanId }) => spanId));
    const isRoot = ({ parentSpanId }: RecordedSpan): boolean => parentSpanId === null || !ids.has(parentSpanId);
    const linesOf = (siblings: readonly RecordedSpan[], indent: string): string[] =>
      toolsByName(siblings).flatMap((span) => [
        indent + lineOf(span, model),
        ...linesOf(
          all.filter(({ parentSpanId }) => parentSpanId === span.spanId),
          `${indent}  `,
        ),
      ]);
    return linesOf(all.filter(isRoot), '');
  });
}

function lineOf({ name, attributes, kind, status }: RecordedSpan, model: string): string {
  const told = (word: string, key: string): string =>
    typeof attributes[key] === 'string' ? ` ${word} ${attributes[key]}` : '';
  const isAgent = name.startsWith('invoke_agent');
  // OTLP's kinds: 1 is internal, 3 a client.
  const kindWanted = isAgent || name.startsWith('execute_tool') ? 1 : 3;
  return [
    name.replace(` ${model}`, ''),
    kind === kindWanted ? '' : ` of kind ${kind}`,
    told('#', 'gen_ai.tool.call.id').replace(/call_[A-Za-z0-9]{16,}/, 'call_id'),
    isAgent ? told('#', 'gen_ai.agent.id') : told('of', 'gen_ai.agent.name'),
    told('in', 'gen_ai.conversation.id'),
    told('by', 'user.id'),
    status === 'error' ? told('!', 'error.type') : '',
  ].join('');
}

function toolsByName(siblings: readonly RecordedSpan[]): RecordedSpan[] {
  const sorted = [...siblings];
  for (let start = 0; start < sorted.length; start += 1) {
    let end = start;
    while (sorted[end]?.name.startsWith('execute_tool') === true) end += 1;
    const tools = sorted.slice(start, end).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    sorted.splice(start, tools.length, ...tools);
    start = Math.max(start, end);
  }
  return sorted;
}

/** Scenario to the tree of its spans. */
export type ExpectedTrees = Readonly<Record<string, readonly string[]>>;

export function describeTrees(trees: ExpectedTrees, runOf: () => ClientRun): void {
  it('nests each call in the agents and tools that made it, and says whose it was', () => {
    const { spans } = runOf();
    const found = Object.keys(trees).map((name) => [name, treeOf(spans, `m-${name}`)]);
    expect(Object.fromEntries(found)).toEqual(trees);
  });
}
