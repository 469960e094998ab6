import type { AttributedCall, Attribution, AttributionRule, PricedCall, Subject } from '../call.ts';
import { unite } from './tags.ts';

/** A span above a call in its trace. */
export interface Ancestor {
  readonly own: Subject;
  readonly parentSpanId: string | null;
}

interface Level {
  readonly subject: Subject;
  readonly rule: AttributionRule;
}

/**
 * Whom a call belongs to: its own span, else the nearest ancestor that says it, else the resource. `ancestors` come
 * nearest first. `keyAgent` is the agent an API key fixes for all it sends, which no span can change.
 */
export function attribute(call: PricedCall, ancestors: readonly Ancestor[], keyAgent: string | null): AttributedCall {
  const levels: Level[] = [{ subject: call.own, rule: 'span' }];
  for (const { own, parentSpanId } of ancestors) {
    levels.push({ subject: own, rule: parentSpanId === null ? 'root' : 'ancestor' });
  }
  levels.push({ subject: call.resourceSubject, rule: 'resource' });

  const agent = levels.find(({ subject }) => subject.agent !== null);
  const user = levels.find(({ subject }) => subject.user !== null);
  const session = levels.find(({ subject }) => subject.session !== null);
  const attribution: Attribution = {
    agent: keyAgent ?? agent?.subject.agent ?? null,
    // An id belongs to the agent of its own level: another level's would name another agent.
    agentId: keyAgent === null ? (agent?.subject.agentId ?? null) : null,
    user: user?.subject.user ?? null,
    session: session?.subject.session ?? null,
    run: levels.find(({ subject }) => subject.run !== null)?.subject.run ?? call.traceId,
    endpoint: levels.find(({ subject }) => subject.endpoint !== null)?.subject.endpoint ?? null,
    tags: unite(levels.map(({ subject }) => subject.tags)),
    rules: {
      agent: keyAgent === null ? (agent?.rule ?? null) : 'key',
      user: user?.rule ?? null,
      session: session?.rule ?? null,
    },
  };
  return { ...call, attribution };
}
