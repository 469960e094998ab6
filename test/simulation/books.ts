import type { Attribution } from '../../src/call.ts';

/** What the books say of one call, as text. */
export type BookedCall = Readonly<Record<(typeof decidedColumns)[number], string | null>>;

export const decidedColumns = [
  'charge',
  'charge_reason',
  'agent',
  'agent_id',
  'user_id',
  'session_id',
  'run_id',
  'endpoint',
  'tags',
  'agent_path',
  'agent_rule',
  'user_rule',
  'session_rule',
] as const;

/** What is decided of a call, in the words of the table. */
export interface Decided {
  readonly charge: string;
  readonly chargeReason: string | null;
  readonly attribution: Attribution;
}

export function bookedCall({ charge, chargeReason, attribution }: Decided): BookedCall {
  const { agent, agentId, user, session, run, endpoint, tags, agentPath, rules } = attribution;
  return {
    charge,
    charge_reason: chargeReason,
    agent,
    agent_id: agentId,
    user_id: user,
    session_id: session,
    run_id: run,
    endpoint,
    tags: tagsText(tags),
    agent_path: JSON.stringify(agentPath),
    agent_rule: rules.agent,
    user_rule: rules.user,
    session_rule: rules.session,
  };
}

export function tagsText(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What differs, key by key and column by column; nothing where the books agree. */
export function differences(
  expected: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  found: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): readonly string[] {
  const keys = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return keys.flatMap((key) => {
    const [right, stored] = [expected.get(key), found.get(key)];
    if (right === undefined || stored === undefined) {
      return [`${key}: expected ${right === undefined ? 'nothing' : 'a row'}, found the reverse`];
    }
    return Object.keys(right)
      .filter((column) => right[column] !== stored[column])
      .map((column) => `${key} ${column}: expected ${String(right[column])}, found ${String(stored[column])}`);
  });
}
