import { parseReportedCosts } from './costDetails.ts';
import type { Counts } from './counts.ts';
import type { Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { readJsonObject, type JsonObject } from './json.ts';
import { dropEmptyWriteTotal, fillCounts, type Place } from './places.ts';
import { readCount } from './counts.ts';

const SCOPE = 'langfuse-sdk';
const KEY = 'langfuse.observation.usage_details';

const operationByType: ReadonlyMap<string, string> = new Map([
  ['generation', 'chat'],
  ['embedding', 'embeddings'],
  ['agent', 'invoke_agent'],
  ['tool', 'execute_tool'],
  ['retriever', 'retrieval'],
  ['chain', 'chain'],
  ['guardrail', 'guardrail'],
  ['evaluator', 'evaluator'],
]);
