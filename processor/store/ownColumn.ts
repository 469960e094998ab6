import { noSubject } from '../../src/attribution/subject.ts';
import type { Subject } from '../../src/call.ts';
import { storableJson } from './columns.ts';

/** What a call's span, its resource and its sender's key say, whatever the attribution in force: the column `own`. */
interface OwnWords {
  readonly own: Subject;
  readonly resource: Subject;
  readonly keyAgent: string | null;
}

/** Null: nothing at all is said. */
export function ownColumn({ own, resource, keyAgent }: OwnWords): string | null {
  const said = wordsOf(own);
  const ofResource = wordsOf(resource);
  if (said === null && ofResource === null && keyAgent === null) return null;
  return storableJson({
    ...said,
    ...(ofResource === null ? {} : { resource: ofResource }),
    ...(keyAgent === null ? {} : { key_agent: keyAgent }),
  });
}

type Words = {
  agent?: string;
  agent_id?: string;
  user?: string;
  session?: string;
  run?: string;
  endpoint?: string;
  tags?: Readonly<Record<string, string>>;
};

function wordsOf({ agent, agentId, user, session, run, endpoint, tags }: Subject): Words | null {
  const words: Words = {};
  if (agent !== null) words.agent = agent;
  if (agentId !== null) words.agent_id = agentId;
  if (user !== null) words.user = user;
  if (session !== null) words.session = session;
  if (run !== null) words.run = run;
  if (endpoint !== null) words.endpoint = endpoint;
  for (const _ in tags) {
    words.tags = tags;
    break;
  }
  for (const _ in words) return words;
  return null;
}

export interface OwnRow {
  readonly own: (Words & { readonly resource?: Words; readonly key_agent?: string }) | null;
}

export function ownOfRow({ own }: OwnRow): OwnWords {
  return { own: subjectOf(own), resource: subjectOf(own?.resource ?? null), keyAgent: own?.key_agent ?? null };
}

function subjectOf(words: Words | null): Subject {
  if (words === null) return noSubject;
  return {
    agent: words.agent ?? null,
    agentId: words.agent_id ?? null,
    user: words.user ?? null,
    session: words.session ?? null,
    run: words.run ?? null,
    endpoint: words.endpoint ?? null,
    tags: words.tags ?? noSubject.tags,
  };
}
