import type { WantedKeys } from '../span.ts';
import { index } from './dialects.ts';

/**
 * Every attribute key that reading a span can use, of spans and resources. Content (prompts, answers) is among them only
 * where usage stands nowhere else, inside an answer, of which nothing else is kept.
 */
export const wantedKeys: WantedKeys = { exact: new Set(index.keys.keys()), prefixes: index.tagPrefixes };
