import { context, trace } from '@opentelemetry/api';
import { say } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { SCOPE } from '../scope.ts';

/** What instrumentations of LLM clients call themselves; frameworks, whose spans stand above calls, are none. */
const instrumentations = /openai|anthropic|mistral|groq|together|cohere|google|genai|bedrock|openlit|traceloop|sentry/i;

/**
 * Says once of each that another instrumentation reports the calls of the same client. Nothing else comes of it: its span stays
 * above ours, and the ledger charges a call that two nested spans report once; ours has what the gate reserved.
 */
export function noticeOtherReporter(): void {
  const above = trace.getSpan(context.active());
  if (above === undefined) return;
  const { attributes, instrumentationScope, instrumentationLibrary } = wrappedBy(above);
  const scope = fieldsOrEmpty(instrumentationScope ?? instrumentationLibrary);
  const name = textOf(scope['name']);
  if (name === null || name === SCOPE || !instrumentations.test(name) || !isFields(attributes)) return;
  if (!reportsCall(attributes)) return;
  say(`${name} records calls that @tollgate/node records as well; each is charged once, and sent twice`);
}

/** OpenInference hands out a span around the SDK's, which has nothing to read. */
function wrappedBy(span: object): Fields {
  const fields = span as Fields;
  return fields['attributes'] === undefined && isFields(fields['span']) ? fields['span'] : fields;
}

const callOperations: ReadonlySet<unknown> = new Set([
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
  'responses',
]);
const openinferenceKinds: ReadonlySet<unknown> = new Set(['LLM', 'EMBEDDING']);

/** By the conventions, by Traceloop's and by OpenInference's. */
function reportsCall(attributes: Fields): boolean {
  return (
    callOperations.has(attributes['gen_ai.operation.name']) ||
    attributes['llm.request.type'] !== undefined ||
    openinferenceKinds.has(attributes['openinference.span.kind'])
  );
}
