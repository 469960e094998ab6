import { EVENT_NAME_KEY, type WantedLogs } from '../../log.ts';
import { eventNames } from './logEvents.ts';
import { identityKeys } from './logIdentity.ts';
import { logIndex } from './vocabulary.ts';

/** Keys that no field holds, because one emitter only writes them. */
const ownKeys = ['event.kind', 'error.message', 'speed', 'auth_type', 'tool_token_count'];

/** What reading log records can use. Prompts and answers are not among it. */
export const wantedLogs: WantedLogs = {
  events: eventNames,
  keys: {
    exact: new Set([EVENT_NAME_KEY, ...identityKeys, ...ownKeys, ...logIndex.keys.keys()]),
    prefixes: logIndex.tagPrefixes,
  },
};
