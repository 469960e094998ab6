import type { Attributes, Span } from '@opentelemetry/api';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { Operation } from '../calls/operation.ts';
import type { PolicyCall, PolicySubject } from './policyWire.ts';
import { askedFacts } from '../calls/priceFacts.ts';
import { measureRequest } from '../calls/requestMeasure.ts';
import { shapeOf } from '../calls/requestShape.ts';
import { serviceOf } from '../attribution/service.ts';
import type { Target } from '../calls/target.ts';

/** What Tollgate takes of each in one question. */
const CHOICES_MAX = 128;
const TAGS_MAX = 64;
const WEB_SEARCHES_MAX = 1_000;
const TAG_PREFIX = 'tollgate.tag.';
const NO_TRACE = '0'.repeat(32);

/** As much of a call as the gate needs to know. */
export interface GatedCall {
  readonly span: Span;
  readonly operation: Operation;
  readonly target: Target;
  /** The model that the client puts into every address; null where the body names it. */
  readonly deployment: string | null;
  /** The run it belongs to, as far as anybody said. */
  readonly run: string | null;
  /** Another model than was asked for is called. */
  sawModel(model: string): void;
}

/** The question about one call: its measures, never its content. */
export function askedCall(call: GatedCall, sent: unknown, model: string): PolicyCall {
  const body = fieldsOrEmpty(sent);
  const { operation, target, span, run } = call;
  const measure = measureRequest(body, operation.request);
  const { inputBytes, messages, tools, images, isBounded, cacheWrite } = measure;
  if (span.isRecording()) span.setAttributes(shapeOf(sent, operation.request, measure));
  const maxOutputTokens = operation.outputLimit?.read(body) ?? null;
  const choices = choicesOf(body);
  const { traceId } = span.spanContext();
  return {
    provider: target.provider,
    model,
    operation: operation.name,
    input_bytes: inputBytes,
    messages,
    tools,
    images,
    // Text or bytes that the application has written itself: nobody knows what they ask for.
    input_bounded: isBounded && isFields(sent),
    // More answers than can be asked about: each of those asked about is then as long as several.
    ...(maxOutputTokens === null ? {} : { max_output_tokens: maxOutputTokens * Math.ceil(choices / CHOICES_MAX) }),
    can_limit_output: operation.outputLimit !== null && choices <= CHOICES_MAX && isFields(sent),
    n: Math.min(choices, CHOICES_MAX),
    // OpenAI writes its cache unasked: nothing said is the dearest there is.
    ...(operation.asksForCacheWrites || cacheWrite !== null ? { cache_write: cacheWrite ?? 'none' } : {}),
    web_searches: webSearchesOf(body),
    ...askedFacts(body),
    ...(traceId === NO_TRACE ? {} : { trace_id: traceId }),
    ...(run === null ? {} : { run_id: run }),
  };
}

/** From the attribution in force and the resource of the span. */
export function askedSubject(attribution: Attributes | undefined, span: unknown): PolicySubject {
  const said = attribution ?? {};
  const text = (name: string): string | undefined => textOf(said[name]) ?? undefined;
  const named = {
    agent: text('gen_ai.agent.name'),
    user: text('user.id'),
    session: text('gen_ai.conversation.id'),
    ...serviceOf(span),
  };
  const tags = Object.entries(said)
    .filter(([name, value]) => name.startsWith(TAG_PREFIX) && typeof value === 'string')
    .slice(0, TAGS_MAX)
    .map(([name, value]) => [name.slice(TAG_PREFIX.length), value]);
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    tags: Object.fromEntries(tags) as Record<string, string>,
  };
}

/** Answers that are billed: of the best of several, all; of several prompts, one each. */
export function choicesOf(body: Fields): number {
  const count = (value: unknown): number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 1;
  const { prompt } = body;
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(1, prompt.length) : 1;
  const settings = fieldsOrEmpty(body['generationConfig'] ?? body['generation_config']);
  return Math.max(count(body['n']), count(body['best_of']), count(settings['candidateCount'])) * prompts;
}

/** As many as the request allows; one where it allows them without end: their number is not known beforehand. */
function webSearchesOf(body: Fields): number {
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isFields) : [];
  const searching = tools.filter((tool) => textOf(tool['type'])?.startsWith('web_search') === true);
  if (searching.length === 0) return isFields(body['web_search_options']) ? 1 : 0;
  const most = body['max_tool_calls'];
  const uses = searching.map((tool) => tool['max_uses'] ?? most ?? 1);
  const sum = uses.reduce<number>((total, use) => total + (typeof use === 'number' && use > 0 ? Math.ceil(use) : 1), 0);
  return Math.min(sum, WEB_SEARCHES_MAX);
}
