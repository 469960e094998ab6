import type { AttributeValue } from '../../../src/span.ts';
import type { ExpectedSpan } from '../support/describeClient.ts';
import { INPUT_TOKENS, outputTokens } from './script.ts';

/** The call of one turn of a script, as yet without the scenario's model. */
interface ScriptedSpan {
  readonly status: ExpectedSpan['status'];
  readonly attributes: ExpectedSpan['attributes'];
}

/** Whose call it is; `from` is the step of the script that the first of the turns is. */
export interface Whose {
  readonly agent?: string;
  readonly conversation?: string;
  readonly user?: string;
  readonly from?: number;
}

/** A turn is the number of tools it calls, or the text it ends with. */
type Turns = (whose: Whose, ...turns: readonly (number | string)[]) => ScriptedSpan[];

/** What the responses API says beside what chat says. */
const responsesOnly: ExpectedSpan['attributes'] = {
  'gen_ai.usage.cache_read.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 0,
  'openai.response.service_tier': 'default',
};

/** `scriptedChat.ts` and `scriptedResponses.ts` as spans. */
export const chat: Turns = (whose, ...turns) =>
  turns.map((turn, index) =>
    answered(whose, turn, {
      'gen_ai.response.id': `chatcmpl-scripted-${(whose.from ?? 0) + index}`,
      'gen_ai.response.finish_reasons': [typeof turn === 'number' ? 'tool_calls' : 'stop'],
    }),
  );

export const responses: Turns = (whose, ...turns) =>
  turns.map((turn, index) =>
    answered(whose, turn, {
      ...responsesOnly,
      'gen_ai.response.id': `resp_scripted_${(whose.from ?? 0) + index}`,
      'gen_ai.response.finish_reasons': ['completed'],
    }),
  );

/** The SDKs read the error's code; at the level of `fetch` it is a status alone. */
export const refused = (whose: Whose, status: ExpectedSpan['status'] = 'error: scripted'): ScriptedSpan => ({
  status,
  attributes: { ...commonOf(whose), 'error.type': '400' },
});

function answered(whose: Whose, turn: number | string, more: ExpectedSpan['attributes']): ScriptedSpan {
  const calls = Array.from({ length: typeof turn === 'number' ? turn : 0 }, () => ({ name: '', arguments: {} }));
  const text = typeof turn === 'string' ? turn : '';
  return {
    status: 'unset',
    attributes: {
      ...commonOf(whose),
      'gen_ai.usage.input_tokens': INPUT_TOKENS,
      'gen_ai.usage.output_tokens': outputTokens({ calls, text, error: null, step: 0 }),
      'tollgate.usage.source': 'provider',
      ...more,
    },
  };
}

function commonOf({ agent, conversation, user }: Whose): Record<string, AttributeValue> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'server.address': '127.0.0.1',
    ...(agent === undefined ? {} : { 'gen_ai.agent.name': agent }),
    ...(conversation === undefined ? {} : { 'gen_ai.conversation.id': conversation }),
    ...(user === undefined ? {} : { 'user.id': user }),
  };
}

/** Scenario to its calls, each of which asks for the scenario's own model. */
export const ofScenarios = (
  scenarios: Readonly<Record<string, readonly ScriptedSpan[]>>,
): Record<string, ExpectedSpan[]> =>
  Object.fromEntries(
    Object.entries(scenarios).map(([name, spans]) => [
      name,
      spans.map(({ status, attributes }) => ({
        name: `chat m-${name}`,
        status,
        attributes:
          attributes['error.type'] === undefined ? { ...attributes, 'gen_ai.response.model': `m-${name}` } : attributes,
      })),
    ]),
  );
