import { EVENT_NAME_KEY, type ReceivedLog } from '../../log.ts';
import { scopeIs } from '../emitters.ts';
import { claudeCode } from './claudeCode.ts';
import { codex } from './codex.ts';
import { geminiCli, qwenCode } from './geminiCli.ts';
import type { LogEmitter, LogEvent } from './logEmitter.ts';

interface KnownEvent {
  readonly emitter: LogEmitter;
  readonly event: LogEvent;
  /** Null where the name says whose it is. */
  readonly scope: string | null;
}

const known: ReadonlyMap<string, KnownEvent> = new Map(
  [claudeCode, codex, geminiCli, qwenCode].flatMap((emitter) =>
    emitter.events.flatMap((event) => namesOf(emitter, event)),
  ),
);

function namesOf(emitter: LogEmitter, event: LogEvent): [string, KnownEvent][] {
  const inFull: [string, KnownEvent] = [event.name, { emitter, event, scope: null }];
  const { shortNames } = emitter;
  if (shortNames === undefined || !event.name.startsWith(shortNames.prefix)) return [inFull];
  return [inFull, [event.name.slice(shortNames.prefix.length), { emitter, event, scope: shortNames.scope }]];
}

/** All names by which an event may be called. */
export const eventNames: ReadonlySet<string> = new Set(known.keys());

/** The event, by the first of its three places that names a known one: the attribute, the field, the body. */
export function findEvent({ attributes, eventName, body, scope }: ReceivedLog): KnownEvent | null {
  for (const name of [attributes.get(EVENT_NAME_KEY), eventName, body]) {
    const event = typeof name === 'string' ? known.get(name) : undefined;
    if (event !== undefined && (event.scope === null || scopeIs(scope.name, event.scope))) return event;
  }
  return null;
}
