import { countOf, fieldsOrEmpty, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { ollamaLimit } from '../calls/outputLimit.ts';

const chat: Operation = {
  name: 'chat',
  request: { contents: ['messages'], schemas: ['tools', 'format'], remembered: [] },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readResponse: readAnswer,
  readEvent(event, seen) {
    const message = fieldsOrEmpty(event['message']);
    for (const text of [message['content'], message['thinking'], event['response'], event['thinking']]) {
      sawOutput(seen, text);
    }
    for (const call of listOf(message['tool_calls'])) {
      sawOutput(seen, JSON.stringify(fieldsOrEmpty(call['function'])['arguments'] ?? {}));
    }
    readAnswer(event, seen);
  },
  countTokens: (usage) => ({ input: countOf(usage['prompt_eval_count']), output: countOf(usage['eval_count']) }),
  outputLimit: ollamaLimit,
  asksForCacheWrites: false,
};

const generate: Operation = {
  ...chat,
  name: 'text_completion',
  request: {
    contents: ['prompt', 'suffix', 'system', 'template', 'context', 'images'],
    schemas: ['format'],
    remembered: [],
  },
};

const embed: Operation = {
  ...chat,
  name: 'embeddings',
  request: { contents: ['input', 'prompt'], schemas: [], remembered: [] },
  readResponse(response, seen) {
    readAnswer({ ...response, done: true }, seen);
  },
  outputLimit: null,
};

/** By the end of the path; null for what loads, pulls and lists models. */
export function ollamaOperationOf(path: string): Operation | null {
  const start = path.lastIndexOf('/api/');
  return start === -1 ? null : (operations.get(path.slice(start)) ?? null);
}

const operations: ReadonlyMap<string, Operation> = new Map([
  ['/api/chat', chat],
  ['/api/generate', generate],
  ['/api/embed', embed],
  ['/api/embeddings', embed],
]);

/** The last line of a stream, and a whole answer, has the counts beside what it answers; an answer has no id. */
function readAnswer(answer: Fields, seen: Observation): void {
  seen.responseModel ??= textOf(answer['model']);
  if (answer['done'] !== true) return;
  const reason = textOf(answer['done_reason']);
  if (reason !== null) seen.finishReasons.push(reason);
  const { prompt_eval_count, eval_count } = answer;
  if (prompt_eval_count === undefined && eval_count === undefined) return;
  seen.usage = { prompt_eval_count, eval_count };
  seen.usageIsFinal = true;
}
