import type { WantedKeys } from '../span.ts';
import { index } from './dialects.ts';

/** Every attribute key that reading a span can use, of spans and resources; content (prompts, answers) is not among them. */
export const wantedKeys: WantedKeys = { exact: new Set(index.keys.keys()), prefixes: index.tagPrefixes };
